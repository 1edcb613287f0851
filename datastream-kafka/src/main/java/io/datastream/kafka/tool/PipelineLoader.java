package io.datastream.kafka.tool;

import io.datastream.Pipeline;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Finds a pipeline in a user's class: a public static method without parameters, or a public static field. */
final class PipelineLoader {
    private PipelineLoader() {}

    /** Gives a pipeline. */
    private interface Member {
        Object get() throws ReflectiveOperationException;
    }

    /**
     * The pipeline of this name.
     *
     * @param name {@code com.acme.Pipelines#means}, or the class alone if it has one pipeline only
     * @param jars jars and folders beside the class path
     */
    static Pipeline load(String name, List<String> jars) {
        int hash = name.indexOf('#');
        String className = hash < 0 ? name : name.substring(0, hash);
        TreeMap<String, Member> members = members(type(className, jars));
        if (members.isEmpty()) {
            throw new FailedException(
                    "class " + className
                            + ": no pipeline (expected: a public static method without parameters, or a field, of type Pipeline)");
        }
        String wanted = hash < 0 && members.size() == 1 ? members.firstKey() : name.substring(hash + 1);
        Member member = hash < 0 && members.size() > 1 ? null : members.get(wanted);
        if (member == null) {
            throw new UsageException("--pipeline: " + name + " (expected: one of "
                    + String.join(
                            ", ",
                            members.keySet().stream()
                                    .map(one -> className + "#" + one)
                                    .toList())
                    + ")");
        }
        try {
            return (Pipeline) member.get();
        } catch (InvocationTargetException e) {
            throw new FailedException(className + "#" + wanted + " failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new FailedException(className + "#" + wanted + " cannot be called: " + e, e);
        }
    }

    private static Class<?> type(String name, List<String> jars) {
        ClassLoader parent = PipelineLoader.class.getClassLoader();
        try {
            return Class.forName(name, true, jars.isEmpty() ? parent : loader(jars, parent));
        } catch (ClassNotFoundException e) {
            throw new FailedException(
                    "class " + name + ": not found (expected: a class on the class path, or in a --jar)", e);
        } catch (LinkageError e) {
            throw new FailedException("class " + name + ": cannot be loaded: " + e, e);
        }
    }

    /** Lives as long as the program: the pipeline's functions are loaded through it. */
    private static ClassLoader loader(List<String> jars, ClassLoader parent) {
        List<URL> urls = new ArrayList<>();
        for (String jar : jars) {
            if (!Files.exists(Path.of(jar))) {
                throw new UsageException("--jar: " + jar + " (expected: a jar or folder that exists)");
            }
            try {
                urls.add(Path.of(jar).toUri().toURL());
            } catch (MalformedURLException e) {
                throw new UsageException("--jar: " + jar + " (expected: a path)", e);
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), parent);
    }

    private static TreeMap<String, Member> members(Class<?> type) {
        TreeMap<String, Member> members = new TreeMap<>();
        for (Field field : type.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == Pipeline.class) {
                members.put(field.getName(), () -> field.get(null));
            }
        }
        for (Method method : type.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())
                    && method.getParameterCount() == 0
                    && method.getReturnType() == Pipeline.class) {
                members.put(method.getName(), () -> method.invoke(null));
            }
        }
        return members;
    }
}
