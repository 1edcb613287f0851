package io.datastream.monitor.top;

import io.datastream.alert.AlertText;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param monitor address of the monitor
 * @param token null for none
 * @param pipeline the one to show; null for all
 * @param width columns of a frame that is printed once
 * @param hasColours whether the screen may have colours
 */
record TopOptions(
        URI monitor,
        @Nullable SecretSource token,
        Tls tls,
        @Nullable String pipeline,
        boolean once,
        Duration every,
        int width,
        boolean hasColours) {
    static final String TOKEN_VARIABLE = "DATASTREAM_MONITOR_TOKEN";
    static final String USAGE = """
            usage: MonitorTop ADDRESS [option ...]
              ADDRESS            of a monitor, such as http://127.0.0.1:8080
              --token-file FILE  the token of the monitor; by default what DATASTREAM_MONITOR_TOKEN holds, if it is set
              --trust FILE       certificates to trust, in PEM; by default those the JDK trusts
              --pipeline NAME    only this pipeline
              --every SECONDS    between two looks, from 0.2 to 3600; by default 2
              --once             print one frame as plain text, and end
              --width COLUMNS    of that frame, from 40 to 1000; by default 120
            keys: q or Ctrl-C ends
            The screen has no colours if the variable NO_COLOR is set.""";

    private static final int DEFAULT_WIDTH = 120;
    private static final Duration DEFAULT_EVERY = Duration.ofSeconds(2);

    /** @throws IllegalArgumentException with what is wrong */
    static TopOptions of(List<String> arguments, Map<String, String> environment) {
        URI monitor = null;
        String pipeline = null;
        boolean once = false;
        Duration every = DEFAULT_EVERY;
        int width = DEFAULT_WIDTH;
        Tls tls = Tls.ofSystem();
        String variable = environment.getOrDefault(TOKEN_VARIABLE, "");
        SecretSource token = variable.isBlank() ? null : SecretSource.of(variable);
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--once" -> once = true;
                case "--pipeline" -> pipeline = value(arguments, ++i);
                case "--token-file" -> token = SecretSource.file(Path.of(value(arguments, ++i)));
                case "--trust" -> tls = Tls.trusting(Path.of(value(arguments, ++i)));
                case "--every" ->
                    every = Duration.ofMillis(Math.round(1_000 * number("--every", value(arguments, ++i), 0.2, 3_600)));
                case "--width" -> width = (int) number("--width", value(arguments, ++i), 40, 1_000);
                default -> {
                    if (argument.startsWith("-") || monitor != null) {
                        throw new IllegalArgumentException("argument: " + argument + " (expected: one address, and"
                                + " options; --help lists them)");
                    }
                    monitor = address(argument);
                }
            }
        }
        if (monitor == null) {
            throw new IllegalArgumentException("address: none (expected: such as http://127.0.0.1:8080)");
        }
        if (token != null && !isProtected(monitor)) {
            throw new IllegalArgumentException(
                    "address: " + monitor + " with a token (expected: https://, or an address of this machine)");
        }
        boolean hasColours = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new TopOptions(monitor, token, tls, pipeline, once, every, width, hasColours);
    }

    /** Whether a token may be sent there. */
    private static boolean isProtected(URI monitor) {
        String host = monitor.getHost();
        return "https".equalsIgnoreCase(monitor.getScheme())
                || host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    private static String value(List<String> arguments, int index) {
        if (index >= arguments.size()) {
            throw new IllegalArgumentException(arguments.get(index - 1) + ": no value (expected: one behind it)");
        }
        return arguments.get(index);
    }

    private static double number(String name, String text, double least, double most) {
        try {
            double number = Double.parseDouble(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(name + ": " + text + " (expected: a number from " + AlertText.number(least)
                + " to " + AlertText.number(most) + ")");
    }

    private static URI address(String text) {
        try {
            URI uri = new URI(text.endsWith("/") ? text : text + "/");
            boolean isWeb = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (isWeb && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException("address: " + text + " (expected: such as http://127.0.0.1:8080)");
    }
}
