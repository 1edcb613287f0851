package io.datastream.kafka;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Stands between a worker and a simulated client, so that something can happen to the process before and after each call.
 * A method that the simulated client does not have fails, so nothing is left unsimulated by oversight.
 */
final class SimProxy implements InvocationHandler {
    /** Questions that are asked too often to make each a place for faults. */
    private static final Set<String> QUIET =
            Set.of("nanoTime", "position", "groupMetadata", "assignment", "currentLag");

    private final SimProcess process;
    private final Object target;
    private final Map<Method, Method> methods = new HashMap<>();

    private SimProxy(SimProcess process, Object target) {
        this.process = process;
        this.target = target;
    }

    static <T> T of(Class<?> type, SimProcess process, Object target) {
        @SuppressWarnings("unchecked") // it implements that type
        T proxy = (T) Proxy.newProxyInstance(
                SimProxy.class.getClassLoader(), new Class<?>[] {type}, new SimProxy(process, target));
        return proxy;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
        Method found = methods.computeIfAbsent(method, this::find);
        String name = method.getName();
        boolean quiet = QUIET.contains(name);
        if (!quiet) {
            process.before(name, detail(name, args));
        }
        Object result;
        try {
            result = found.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (!quiet) {
            process.after(name);
        }
        return result;
    }

    private static Object detail(String name, Object[] args) {
        if (args == null || name.equals("send") || name.equals("subscribe") || name.equals("poll")) {
            return "";
        }
        return args.length == 1 ? args[0].toString() : Arrays.toString(args);
    }

    private Method find(Method method) {
        try {
            return target.getClass().getDeclaredMethod(method.getName(), method.getParameterTypes());
        } catch (NoSuchMethodException e) {
            throw new UnsupportedOperationException(method + " is not simulated", e);
        }
    }
}
