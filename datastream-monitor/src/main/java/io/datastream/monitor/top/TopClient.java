package io.datastream.monitor.top;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks a monitor. */
final class TopClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TopOptions options;
    private final HttpClient http;

    TopClient(TopOptions options) {
        this.options = options;
        this.http = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .sslContext(options.tls().context())
                .sslParameters(options.tls().parameters())
                .build();
    }

    /** What a monitor told at one look. */
    record Look(List<JsonNode> pipelines, JsonNode alerts) {}

    /** @throws TopException if the monitor does not tell */
    Look look() throws InterruptedException {
        List<JsonNode> pipelines = new ArrayList<>();
        boolean isFound = false;
        for (JsonNode line : get("api/pipelines")) {
            String name = line.path("name").asText();
            if (options.pipeline() == null || options.pipeline().equals(name)) {
                isFound = true;
                JsonNode whole = get("api/pipelines/" + encoded(name));
                if (whole.isObject()) {
                    pipelines.add(whole); // one that was removed meanwhile is not there
                }
            }
        }
        if (!isFound && options.pipeline() != null) {
            throw new TopException("pipeline: " + options.pipeline() + " (expected: one that the monitor shows)");
        }
        return new Look(pipelines, get("api/alerts"));
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode get(String path) throws InterruptedException {
        URI address = URI.create(options.monitor() + path); // as it is: a name of two dots is no way up
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(TIMEOUT);
        HttpResponse<String> answer;
        try {
            if (options.token() != null) {
                request.header("Authorization", "Bearer " + options.token().reveal());
            }
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return switch (answer.statusCode()) {
                case 200 -> JSON.readTree(answer.body());
                case 404 -> JSON.nullNode();
                case 401 ->
                    throw new TopException("monitor " + options.monitor() + ": the token is missing or wrong (expected:"
                            + " --token-file, or the variable " + TopOptions.TOKEN_VARIABLE + ")");
                default ->
                    throw new TopException("monitor " + options.monitor() + ": status " + answer.statusCode() + " for "
                            + address.getPath() + " (expected: 200)");
            };
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new TopException(
                    "monitor " + options.monitor() + ": " + reason + " (expected: a monitor that answers)");
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new TopException(String.valueOf(e.getMessage())); // a token that cannot be read, or is none
        }
    }
}
