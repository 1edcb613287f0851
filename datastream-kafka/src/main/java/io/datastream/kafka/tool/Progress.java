package io.datastream.kafka.tool;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Tells those who wait what is being done, on a stream of its own. */
final class Progress {
    private static final long EVERY = TimeUnit.SECONDS.toNanos(1);

    private final PrintStream out;
    private long last = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void say(String what) {
        out.println(what);
        last = System.nanoTime();
    }

    /** Says how far something has come, if the last word was a while ago. */
    void at(String what, long done, long all) {
        if (System.nanoTime() - last > EVERY) {
            say(what + ": " + done + " of " + all);
        }
    }

    /** Waits a moment before the broker is asked again. */
    void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
}
