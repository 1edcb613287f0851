package io.datastream.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.datastream.testkit.FreePorts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A service that notes what it gets and answers as a test says; it can be away and come back. */
final class Receiver implements AutoCloseable {
    /** What came. */
    record Request(String uri, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    final List<Request> accepted = new CopyOnWriteArrayList<>();
    final List<Request> all = new CopyOnWriteArrayList<>();
    private final int port = FreePorts.next();
    private volatile Function<Request, Integer> script = request -> 200;
    private HttpServer server;

    Receiver() throws IOException {
        start();
    }

    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    void stop() {
        server.stop(0);
    }

    String url() {
        return "http://127.0.0.1:" + port + "/hook/s3cret-path";
    }

    void answering(Function<Request, Integer> newScript) {
        script = newScript;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = new Request(
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            int status = script.apply(request);
            all.add(request);
            if (status < 300) {
                accepted.add(request);
            }
            byte[] body = ("status " + status + " it is").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, status == 204 ? -1 : body.length);
            if (status != 204) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
        }
    }

    @Override
    public void close() {
        stop();
    }
}
