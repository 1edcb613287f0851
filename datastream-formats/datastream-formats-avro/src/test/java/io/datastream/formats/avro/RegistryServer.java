package io.datastream.formats.avro;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.jspecify.annotations.Nullable;

/**
 * A registry in memory that answers as the REST interface is documented: subjects with versions, numbers of schemas, errors
 * with codes, and backward compatibility. Answers can be put before the real ones.
 */
final class RegistryServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<JsonNode> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> subjects = new HashMap<>();
    private final List<String> requests = new ArrayList<>();
    private final Deque<Answer> before = new ArrayDeque<>();
    private @Nullable String authorization;

    RegistryServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Answers a request without looking at it. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** The next answers, before the real ones. */
    synchronized void answer(int status, String body, int times) {
        for (int i = 0; i < times; i++) {
            before.add(exchange -> send(exchange, status, body));
        }
    }

    synchronized void answer(Answer answer) {
        before.add(answer);
    }

    synchronized void requireAuthorization(String value) {
        authorization = value;
    }

    /** Puts something in as another client would have. */
    synchronized int add(String subject, ObjectNode schema) {
        schemas.add(schema);
        subjects.computeIfAbsent(subject, any -> new ArrayList<>()).add(schemas.size());
        return schemas.size();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Answer answer;
            synchronized (this) {
                requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                answer = before.poll();
            }
            if (answer != null) {
                answer.to(exchange);
                return;
            }
            synchronized (this) {
                if (authorization != null
                        && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                    send(exchange, 401, error(40101, "Unauthorized"));
                    return;
                }
                String[] path = parts(exchange.getRequestURI());
                if (path.length == 3 && path[0].equals("schemas")) {
                    schema(exchange, Integer.parseInt(path[2]));
                } else if (path.length == 3 && exchange.getRequestMethod().equals("POST")) {
                    register(exchange, path[1], JSON.readTree(body));
                } else if (path.length == 2) {
                    lookUp(exchange, path[1], JSON.readTree(body));
                } else {
                    version(exchange, path[1], Integer.parseInt(path[3]));
                }
            }
        }
    }

    private static String[] parts(URI uri) {
        String[] parts = uri.getRawPath().substring(1).split("/");
        for (int i = 0; i < parts.length; i++) {
            parts[i] = URLDecoder.decode(parts[i], StandardCharsets.UTF_8);
        }
        return parts;
    }

    private void schema(HttpExchange exchange, int id) throws IOException {
        if (id < 1 || id > schemas.size()) {
            send(exchange, 404, error(40403, "Schema " + id + " not found"));
        } else {
            send(exchange, 200, schemas.get(id - 1).toString());
        }
    }

    private void version(HttpExchange exchange, String subject, int version) throws IOException {
        int id = subjects.get(subject).get(version - 1);
        ObjectNode answer = JSON.createObjectNode()
                .put("subject", subject)
                .put("version", version)
                .put("id", id);
        answer.setAll((ObjectNode) schemas.get(id - 1));
        send(exchange, 200, answer.toString());
    }

    private void register(HttpExchange exchange, String subject, JsonNode body) throws IOException {
        List<Integer> versions = subjects.computeIfAbsent(subject, any -> new ArrayList<>());
        Schema added = new Schema.Parser().parse(body.path("schema").textValue());
        for (int id : versions) {
            if (schemas.get(id - 1).equals(body)) {
                send(exchange, 200, "{\"id\":" + id + "}");
                return;
            }
        }
        if (!versions.isEmpty()) {
            Schema latest = new Schema.Parser()
                    .parse(schemas.get(versions.get(versions.size() - 1) - 1)
                            .path("schema")
                            .textValue());
            if (SchemaCompatibility.checkReaderWriterCompatibility(added, latest)
                            .getType()
                    != SchemaCompatibilityType.COMPATIBLE) {
                send(
                        exchange,
                        409,
                        error(
                                409,
                                "Schema being registered is incompatible with an earlier schema for subject \""
                                        + subject + "\""));
                return;
            }
        }
        int id = schemas.indexOf(body) + 1;
        if (id == 0) {
            schemas.add(body);
            id = schemas.size();
        }
        versions.add(id);
        send(exchange, 200, "{\"id\":" + id + "}");
    }

    private void lookUp(HttpExchange exchange, String subject, JsonNode body) throws IOException {
        List<Integer> versions = subjects.get(subject);
        if (versions == null) {
            send(exchange, 404, error(40401, "Subject '" + subject + "' not found."));
            return;
        }
        for (int i = 0; i < versions.size(); i++) {
            int id = versions.get(i);
            if (schemas.get(id - 1).equals(body)) {
                send(
                        exchange,
                        200,
                        JSON.createObjectNode()
                                .put("subject", subject)
                                .put("id", id)
                                .put("version", i + 1)
                                .put("schema", body.path("schema").textValue())
                                .toString());
                return;
            }
        }
        send(exchange, 404, error(40403, "Schema not found"));
    }

    private static String error(int code, String message) {
        return JSON.createObjectNode()
                .put("error_code", code)
                .put("message", message)
                .toString();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
