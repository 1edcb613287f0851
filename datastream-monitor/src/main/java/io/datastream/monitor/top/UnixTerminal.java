package io.datastream.monitor.top;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The terminal that the program was started in, whatever its input and output are, by the program {@code stty}, which every Unix
 * has.
 */
final class UnixTerminal implements Terminal {
    private static final File DEVICE = new File("/dev/tty");
    private static final long LOOK_MILLIS = 50;
    private static final Size USUAL = new Size(24, 80);

    private final InputStream in;
    private final PrintStream out;
    private final String before;

    private UnixTerminal(InputStream in, OutputStream out, String before) {
        this.in = in;
        this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
        this.before = before;
    }

    /**
     * Takes keys one by one, and does not echo them.
     *
     * @throws TopException if there is no terminal
     */
    static UnixTerminal open() {
        try {
            String before = stty("-g").strip();
            UnixTerminal terminal = new UnixTerminal(new FileInputStream(DEVICE), new FileOutputStream(DEVICE), before);
            stty("-icanon", "-echo", "min", "0", "time", "0");
            return terminal;
        } catch (IOException e) {
            throw new TopException("terminal: " + e.getMessage() + " (expected: a terminal of a Unix, or --once)");
        }
    }

    private static String stty(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectInput(DEVICE)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return said;
    }

    @Override
    public Size size() {
        try {
            String[] parts = stty("size").strip().split(" ");
            Size size = new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            return size.lines() < 1 || size.columns() < 1 ? USUAL : size;
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return USUAL;
        }
    }

    @Override
    public int key(long millis) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            if (in.available() > 0) {
                return in.read();
            }
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return -1;
            }
            Thread.sleep(Math.min(left, LOOK_MILLIS));
        }
    }

    @Override
    public void write(String text) {
        out.print(text);
        out.flush();
    }

    @Override
    public void close() {
        try (in;
                out) {
            stty(before);
        } catch (IOException e) {
            System.err.println("terminal: cannot be set back: " + e.getMessage() + " (\"stty sane\" helps)");
        }
    }
}
