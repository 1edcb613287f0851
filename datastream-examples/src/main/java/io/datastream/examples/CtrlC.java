package io.datastream.examples;

import io.datastream.runtime.PipelineController;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a program in order on Ctrl-C or SIGTERM: the pipeline commits and stops, and the JVM stays until all that was opened
 * after this is closed.
 *
 * <pre>{@code
 * try (CtrlC ctrlC = CtrlC.handled();
 *         FileLog log = FileLog.open(folder);
 *         PipelineController controller = runtime.start(pipeline)) {
 *     ctrlC.awaitEndOf(controller);
 * }
 * }</pre>
 */
public final class CtrlC implements AutoCloseable {
    private static final int LIMIT_SECONDS = 20;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "ctrl-c");
    private volatile @Nullable PipelineController running;

    private CtrlC() {}

    /** Is told of Ctrl-C until it is closed. The first resource of its {@code try}, and so the last one to be closed. */
    public static CtrlC handled() {
        CtrlC ctrlC = new CtrlC();
        Runtime.getRuntime().addShutdownHook(ctrlC.hook);
        return ctrlC;
    }

    /** Returns when the pipeline has ended by itself, or because of Ctrl-C. */
    public void awaitEndOf(PipelineController controller) throws InterruptedException {
        running = controller;
        controller.awaitTermination();
    }

    private void end() {
        PipelineController controller = running;
        if (controller == null) {
            return; // begins or ends anyway, and whatever is cut off goes on with the next start
        }
        controller.stop();
        try {
            closed.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException isEnding) {
            running = null; // the hook is at work, and has been told
        }
    }
}
