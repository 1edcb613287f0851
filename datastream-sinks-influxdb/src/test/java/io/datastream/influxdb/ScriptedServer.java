package io.datastream.influxdb;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/** An HTTP server that notes what it gets and answers as a test says: for what real servers here cannot be made to say. */
final class ScriptedServer implements AutoCloseable {
    /** What came. */
    record Request(String uri, Map<String, List<String>> headers, String body) {
        List<String> lines() {
            return body.lines().toList();
        }

        String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    /** What is answered; a header is {@code name: value}. */
    record Reply(int status, String body, List<String> headers) {
        Reply(int status, String body) {
            this(status, body, List.of());
        }
    }

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile Function<Request, Reply> script = request -> new Reply(204, "");

    ScriptedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void answering(Function<Request, Reply> newScript) {
        script = newScript;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            InputStream in = exchange.getRequestBody();
            byte[] raw = in.readAllBytes();
            if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
                raw = new GZIPInputStream(new ByteArrayInputStream(raw)).readAllBytes();
            }
            Request request = new Request(
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    new String(raw, StandardCharsets.UTF_8));
            requests.add(request);
            Reply reply = script.apply(request);
            for (String header : reply.headers()) {
                int colon = header.indexOf(':');
                exchange.getResponseHeaders()
                        .add(
                                header.substring(0, colon),
                                header.substring(colon + 1).strip());
            }
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
