package io.datastream.monitor;

import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running monitor, from the command line, what the windows of a key were made from. Without {@code --key} it names
 * the steps that can be explained.
 *
 * <pre>{@code
 * java -cp ... io.datastream.monitor.MonitorExplain --monitor http://127.0.0.1:8080 --pipeline sensor-means \
 *     --step minute-means --key s-0421 --at 2026-01-01T12:00:30Z
 * }</pre>
 *
 * <p>A token is read from the file of {@code --token-file} or from the environment variable {@value #TOKEN}; a certificate
 * authority that the system does not know comes from {@code --trust}. The exit status is 0 for an answer, 1 if the monitor
 * gives none, and 2 if the command line is wrong.
 */
public final class MonitorExplain {
    /** The environment variable of the token. */
    public static final String TOKEN = "DATASTREAM_MONITOR_TOKEN";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> ASKED = List.of("step", "key", "at", "start", "end", "most");
    private static final TreeSet<String> OPTIONS = new TreeSet<>(
            List.of("monitor", "pipeline", "step", "key", "at", "start", "end", "most", "token-file", "trust"));

    private MonitorExplain() {}

    /** Asks, prints the answer, and ends the JVM with its exit status. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.getenv(TOKEN), System.out, System.err));
    }

    static int run(List<String> arguments, @Nullable String token, PrintStream out, PrintStream err) {
        try {
            HttpResponse<String> response = ask(options(arguments), token);
            if (response.statusCode() == 200) {
                out.print(response.body());
                return 0;
            }
            err.println("the monitor says " + response.statusCode() + ": "
                    + response.body().strip());
            return response.statusCode() == 400 ? 2 : 1;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        } catch (IllegalStateException e) { // a token or a certificate that cannot be read
            err.println(e.getMessage());
            return 1;
        } catch (IOException e) {
            err.println("the monitor does not answer: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("interrupted");
            return 1;
        }
    }

    private static Map<String, String> options(List<String> arguments) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            String name = arguments.get(i);
            if (!name.startsWith("--") || !OPTIONS.contains(name.substring(2))) {
                throw new IllegalArgumentException(name + " (expected: one of --" + String.join(", --", OPTIONS) + ")");
            }
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(name + ": no value (expected: " + name + " VALUE)");
            }
            if (options.putIfAbsent(name.substring(2), arguments.get(i + 1)) != null) {
                throw new IllegalArgumentException(name + ": given twice (expected: once)");
            }
        }
        for (String needed : List.of("monitor", "pipeline")) {
            if (!options.containsKey(needed)) {
                throw new IllegalArgumentException(
                        "--" + needed + ": missing (expected: --monitor URL --pipeline NAME)");
            }
        }
        if (options.containsKey("step") != options.containsKey("key")) {
            throw new IllegalArgumentException("--step and --key: one of them only (expected: both, or neither)");
        }
        return options;
    }

    private static HttpResponse<String> ask(Map<String, String> options, @Nullable String token)
            throws IOException, InterruptedException {
        URI monitor = URI.create(options.getOrDefault("monitor", ""));
        if (monitor.getHost() == null || !("http".equals(monitor.getScheme()) || "https".equals(monitor.getScheme()))) {
            throw new IllegalArgumentException(
                    "--monitor: " + monitor + " (expected: an address such as http://127.0.0.1:8080)");
        }
        String file = options.get("token-file");
        String secret = file == null ? token : SecretSource.file(Path.of(file)).reveal();
        if (secret != null && monitor.getScheme().equals("http") && !isLoopback(monitor.getHost())) {
            throw new IllegalArgumentException(
                    "--monitor: " + monitor + " with a token (expected: https, or an address of this machine)");
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(monitor.resolve(path(options))).timeout(PATIENCE);
        if (secret != null) {
            request.header("Authorization", "Bearer " + secret);
        }
        String authority = options.get("trust");
        Tls tls = authority == null ? Tls.ofSystem() : Tls.trusting(Path.of(authority));
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(PATIENCE);
        if (monitor.getScheme().equals("https")) {
            client.sslContext(tls.context());
        }
        return client.build().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.matches("127(\\.[0-9]{1,3}){3}") || host.equals("[::1]");
    }

    private static String path(Map<String, String> options) {
        StringBuilder path = new StringBuilder("/api/pipelines/")
                .append(encoded(options.getOrDefault("pipeline", "")).replace("+", "%20"))
                .append("/explain?format=text");
        for (String name : ASKED) {
            String value = options.get(name);
            if (value != null) {
                path.append('&').append(name).append('=').append(encoded(value));
            }
        }
        return path.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
