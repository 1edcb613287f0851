package io.datastream.formats.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastream.codec.CodecException;
import io.datastream.error.OneLine;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The few calls of a registry's REST interface that a codec needs. */
final class RegistryClient {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int LONGEST_REASON = 300;
    private static final int MOST_REFERENCES = 100;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String address;
    private final @Nullable String authorization;
    private final Duration timeout;
    private final Duration patience;
    private final HttpClient http;

    RegistryClient(String address, @Nullable String authorization, Duration timeout, Duration patience) {
        this.address = address;
        this.authorization = authorization;
        this.timeout = timeout;
        this.patience = patience;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    String address() {
        return address;
    }

    Schema schema(int id) throws NotFoundException {
        Answer answer = call("GET", "/schemas/ids/" + id, null);
        if (answer.status == 404) {
            throw new NotFoundException();
        }
        JsonNode body = success(answer, "schema " + id);
        if (body.hasNonNull("schemaType") && !body.path("schemaType").asText().equals("AVRO")) {
            throw new CodecException(
                    "schema " + id + ": of type " + cut(body.path("schemaType").asText()) + " (expected: AVRO)");
        }
        try {
            Schema.Parser parser = new Schema.Parser();
            addReferences(body, parser, new HashSet<>());
            return AvroType.parse(parser, text(body, "schema", answer));
        } catch (AvroRuntimeException e) {
            throw new CodecException("schema " + id + ": " + cut(String.valueOf(e.getMessage())), e);
        }
    }

    /** Lets the parser know the schemas that others name, those first that they name themselves. */
    private void addReferences(JsonNode body, Schema.Parser parser, Set<String> seen) {
        for (JsonNode reference : body.path("references")) {
            String subject = reference.path("subject").asText();
            String path = "/subjects/" + encoded(subject) + "/versions/"
                    + reference.path("version").asInt();
            if (seen.add(path)) {
                if (seen.size() > MOST_REFERENCES) {
                    throw new CodecException(
                            "schema: more than " + MOST_REFERENCES + " references (expected: at most that)");
                }
                Answer answer = call("GET", path, null);
                JsonNode referenced = success(answer, "subject " + subject);
                addReferences(referenced, parser, seen);
                Schema unused = AvroType.parse(parser, text(referenced, "schema", answer));
            }
        }
    }

    int id(String subject, Schema schema, Registration registration) {
        ObjectNode body = JSON.createObjectNode().put("schema", schema.toString());
        String path = "/subjects/" + encoded(subject) + (registration == Registration.REGISTER ? "/versions" : "");
        Answer answer = call("POST", path, body.toString());
        if (answer.status == 409) {
            throw new RegistryException(subject(subject) + answer.reason()
                    + " (expected: a schema that is compatible with the earlier ones)");
        }
        if (answer.status == 404) {
            throw new RegistryException(subject(subject) + answer.reason() + " (expected: the schema "
                    + schema.getFullName() + " to be registered there, or Registration.REGISTER)");
        }
        JsonNode id = success(answer, "subject " + subject).path("id");
        if (!id.isInt()) {
            throw unexpected(answer, "a number named id");
        }
        return id.intValue();
    }

    private String subject(String subject) {
        return "registry " + address + ": subject " + subject + ": ";
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode success(Answer answer, String what) {
        if (answer.status == 401 || answer.status == 403) {
            throw new RegistryException("registry " + address + ": " + what + ": " + answer.reason()
                    + " (expected: credentials that are let in; see withBasicAuth and withBearerToken)");
        }
        if (answer.status != 200) {
            throw new RegistryException(
                    "registry " + address + ": " + what + ": " + answer.reason() + " (expected: status 200)");
        }
        try {
            JsonNode body = JSON.readTree(answer.body);
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException e) {
            throw new RegistryException(
                    "registry " + address + ": " + what + ": " + cut(answer.body) + " (expected: JSON)", e);
        }
        throw unexpected(answer, "a JSON object");
    }

    private String text(JsonNode body, String name, Answer answer) {
        if (!body.path(name).isTextual()) {
            throw unexpected(answer, "a text named " + name);
        }
        return body.path(name).textValue();
    }

    private RegistryException unexpected(Answer answer, String expected) {
        return new RegistryException("registry " + address + ": " + cut(answer.body) + " (expected: " + expected + ")");
    }

    /** Asks until there is an answer that another attempt would not change, or the patience is over. */
    private Answer call(String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(timeout)
                .header("Accept", CONTENT_TYPE + ", application/json")
                .header("Content-Type", CONTENT_TYPE)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpRequest made = request.build();
        long giveUpAt = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            RegistryException problem;
            try {
                Answer answer = answer(made);
                if (answer.status != 429 && answer.status < 500) {
                    return answer;
                }
                problem = new RegistryException(
                        "registry " + address + ": " + answer.reason() + " (expected: a registry that answers)");
            } catch (IOException e) {
                problem = new RegistryException(
                        "registry " + address + ": " + method + " " + cut(path) + ": " + reason(e)
                                + " (expected: a registry that answers)",
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryException("registry " + address + ": interrupted", e);
            }
            if (System.nanoTime() + pause.toNanos() >= giveUpAt) {
                throw problem;
            }
            sleep(pause);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private Answer answer(HttpRequest request) throws IOException, InterruptedException {
        // the request's own timeout ends when the answer begins, so an answer that never ends needs another one
        CompletableFuture<HttpResponse<String>> call =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            HttpResponse<String> response = call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + timeout, e);
        } finally {
            call.cancel(true);
        }
    }

    private void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("registry " + address + ": interrupted", e);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String cut(String text) {
        return OneLine.of(text, LONGEST_REASON);
    }

    /** The registry has none of that number. */
    static final class NotFoundException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** What came back. */
    private record Answer(int status, String body) {
        /** The status, and what the registry says about it. */
        String reason() {
            try {
                JsonNode json = JSON.readTree(body);
                if (json != null && json.path("message").isTextual()) {
                    return "status " + status + ", " + cut(json.path("message").textValue());
                }
            } catch (JsonProcessingException e) {
                return "status " + status + ", " + cut(body); // some proxy's page
            }
            return "status " + status;
        }
    }
}
