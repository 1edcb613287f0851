package io.datastream.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** The entry point of a child JVM: runs the main class asked for, and ends at once when the parent JVM is gone. */
final class ChildMain {
    /** The system property with the process id of the parent. */
    static final String PARENT_PROPERTY = "datastream.testkit.parent";

    /** The exit code of a child that outlived its parent. */
    private static final int ORPHANED = 70;

    private ChildMain() {}

    /** Takes the name of the main class and then its arguments. */
    public static void main(String[] arguments) throws Throwable {
        haltWithParent(Long.parseLong(System.getProperty(PARENT_PROPERTY)));
        Method main = Class.forName(arguments[0]).getMethod("main", String[].class);
        main.setAccessible(true);
        try {
            main.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static void haltWithParent(long parent) {
        CompletableFuture<?> gone = ProcessHandle.of(parent)
                .<CompletableFuture<?>>map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null));
        CompletableFuture<Void> unused = gone.thenRun(() -> Runtime.getRuntime().halt(ORPHANED));
    }
}
