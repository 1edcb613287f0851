package io.datastream.alerts;

import io.datastream.alert.AlertChannel;
import io.datastream.alert.Notice;
import java.io.PrintStream;

/** Prints notices, with an empty line after each. At least once. */
public final class ConsoleChannel implements AlertChannel {
    private final PrintStream out;

    private ConsoleChannel(PrintStream out) {
        this.out = out;
    }

    /** A channel of the name {@code console} that prints to this stream, such as {@code System.out}. */
    public static ConsoleChannel to(PrintStream out) {
        return new ConsoleChannel(out);
    }

    @Override
    public String name() {
        return "console";
    }

    @Override
    public void deliver(Notice notice) {
        out.println(notice.text());
        out.println();
    }
}
