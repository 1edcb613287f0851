package io.datastream.monitor.top;

import io.datastream.alert.AlertText;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Shows on a terminal what a monitor tells: pipelines, stages with rates, records that are not read, how far event time is
 * behind, what holds results back, and alerts. It is a program of its own, which reads the monitor's JSON:
 *
 * <pre>java -cp "app.jar:lib/*" io.datastream.monitor.top.MonitorTop http://127.0.0.1:8080</pre>
 *
 * <p>{@code --help} lists its options; {@code --once} prints one frame as plain text, for scripts. It ends with status 0, with 1
 * if the monitor could not be asked, and with 2 if the command line is wrong.
 */
public final class MonitorTop {
    private MonitorTop() {}

    /** Runs until it is ended by a key. */
    public static void main(String[] args) {
        int status = run(List.of(args), System.getenv(), System.out, System.err);
        System.out.flush();
        System.exit(status);
    }

    /** Runs, and gives the status for the shell. */
    static int run(List<String> args, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (args.contains("--help") || args.contains("-h")) {
            out.println(TopOptions.USAGE);
            return 0;
        }
        TopOptions options;
        try {
            options = TopOptions.of(args, environment);
        } catch (IllegalArgumentException e) {
            err.println(AlertText.oneLine(String.valueOf(e.getMessage())));
            return 2;
        }
        try {
            TopClient client = new TopClient(options);
            if (options.once()) {
                TopFrame.of(client.look(), options.monitor(), options.width(), Instant.now())
                        .forEach(line -> out.println(line.text()));
            } else {
                follow(client, options, UnixTerminal.open());
            }
            return 0;
        } catch (TopException | IllegalStateException | IOException e) {
            err.println(AlertText.oneLine(String.valueOf(e.getMessage())));
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** Draws until a key ends it. A monitor that does not answer is told on the screen, and asked again. */
    static void follow(TopClient client, TopOptions options, Terminal terminal)
            throws IOException, InterruptedException {
        try (TopScreen screen = new TopScreen(terminal, options.hasColours())) {
            Thread restore = new Thread(screen::close, "terminal"); // Ctrl-C ends the JVM
            Runtime.getRuntime().addShutdownHook(restore);
            try {
                do {
                    look(client, options, screen);
                } while (!screen.isEnded(options.every().toMillis()));
            } finally {
                forget(restore);
            }
        }
    }

    private static void look(TopClient client, TopOptions options, TopScreen screen) throws InterruptedException {
        try {
            TopClient.Look look = client.look();
            screen.draw(width -> TopFrame.of(look, options.monitor(), width, Instant.now()));
        } catch (TopException e) {
            screen.draw(width -> TopFrame.ofProblem(String.valueOf(e.getMessage()), width, Instant.now()));
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM ends, and has called it
        }
    }
}
