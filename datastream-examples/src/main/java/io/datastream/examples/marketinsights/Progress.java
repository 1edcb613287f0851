package io.datastream.examples.marketinsights;

import java.io.PrintStream;
import java.util.Locale;

/** A line that moves on a terminal, and a line now and then elsewhere. */
final class Progress {
    private static final long ON_TERMINAL = 100_000_000L;
    private static final long ELSEWHERE = 2_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private long last = start;
    private int width;

    @SuppressWarnings(
            "SystemConsoleNull") // newer JDKs have a console without a terminal too, hence the second question
    Progress(PrintStream out) {
        this.out = out;
        this.terminal = System.console() != null && System.getenv("TERM") != null;
    }

    void show(String what, long done, long total) {
        long now = System.nanoTime();
        if (now - last < (terminal ? ON_TERMINAL : ELSEWHERE)) {
            return;
        }
        last = now;
        String line = line(what, done, total, now);
        if (terminal) {
            width = Math.max(width, line.length());
            out.print("\r" + line + " ".repeat(width - line.length()));
            out.flush();
        } else {
            out.println(line);
        }
    }

    void done(String what, long total) {
        String line = line(what, total, total, System.nanoTime());
        out.println((terminal ? "\r" : "") + line + " ".repeat(Math.max(0, width - line.length())));
        width = 0;
    }

    private String line(String what, long done, long total, long now) {
        double seconds = Math.max(0.001, (now - start) / 1e9);
        return String.format(
                Locale.ROOT,
                "  %-24s %,9d of %,9d  %3d %%  %,9.0f a second",
                what,
                done,
                total,
                total == 0 ? 100 : done * 100 / total,
                done / seconds);
    }
}
