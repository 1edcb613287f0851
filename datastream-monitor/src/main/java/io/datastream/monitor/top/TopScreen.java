package io.datastream.monitor.top;

import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;

/** Draws frames on a terminal until a key ends it. Closed by another thread when the JVM ends; nothing is drawn after that. */
final class TopScreen implements AutoCloseable {
    /** A screen of its own, without cursor, on which what is too long is cut and not wrapped. */
    static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";

    static final String LEAVE = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";

    private static final String HOME = "\u001b[H";
    private static final String END_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";
    private static final String RESET = "\u001b[0m";
    private static final int CTRL_C = 3;

    private final Terminal terminal;
    private final boolean hasColours;
    private boolean closed;

    TopScreen(Terminal terminal, boolean hasColours) {
        this.terminal = terminal;
        this.hasColours = hasColours;
        terminal.write(ENTER);
    }

    /** Draws what the function gives for the width of the terminal. */
    synchronized void draw(IntFunction<List<TopFrame.Line>> frame) {
        if (closed) {
            return;
        }
        Terminal.Size size = terminal.size();
        List<TopFrame.Line> lines = frame.apply(size.columns());
        StringBuilder out = new StringBuilder(HOME);
        int room = size.lines() - 1;
        int shown = lines.size() <= room ? lines.size() : Math.max(0, room - 1);
        for (TopFrame.Line line : lines.subList(0, shown)) {
            out.append(hasColours ? colour(line.style()) : "")
                    .append(line.text())
                    .append(RESET)
                    .append(END_OF_LINE)
                    .append("\r\n");
        }
        if (shown < lines.size()) {
            out.append("... ")
                    .append(lines.size() - shown)
                    .append(" more lines")
                    .append(END_OF_LINE)
                    .append("\r\n");
        }
        out.append("q ends").append(END_OF_LINE).append(REST_OF_SCREEN);
        terminal.write(out.toString());
    }

    private static String colour(TopFrame.Style style) {
        return switch (style) {
            case PLAIN -> "";
            case TITLE -> "\u001b[1m";
            case GOOD -> "\u001b[32m";
            case WAITS -> "\u001b[33m";
            case BAD -> "\u001b[31m";
        };
    }

    /** Whether a key ended it within the time. */
    boolean isEnded(long millis) throws IOException, InterruptedException {
        int key = terminal.key(millis);
        return key == 'q' || key == 'Q' || key == CTRL_C;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            terminal.write(LEAVE);
            terminal.close();
        }
    }
}
