package io.datastream.poll;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A service whose answers a test gives. */
final class PageServer implements AutoCloseable {
    /**
     * What is answered.
     *
     * @param length of the body, as it is told to the client
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, not compared
    record Answer(int status, Map<String, String> headers, byte[] body, int length) {
        Answer(int status, Map<String, String> headers, byte[] body) {
            this(status, headers, body, body.length);
        }

        static Answer ok(String body) {
            return new Answer(200, Map.of(), body.getBytes(UTF_8));
        }

        static Answer status(int status) {
            return new Answer(status, Map.of(), new byte[0]);
        }

        /** The same with a header. */
        Answer with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body, length);
        }

        /** The same, cut off in its middle: the connection is closed before as much came as was told. */
        Answer torn() {
            return new Answer(status, headers, Arrays.copyOf(body, body.length / 2), body.length);
        }
    }

    /** A request, as its path with query and the headers that matter. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** Answers that are given once each, before all others. */
    final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();

    /** The answer where there is none of the former. */
    volatile Answer otherwise = Answer.status(204);

    /** Answers by what is asked for; null for {@link #otherwise}. */
    volatile Function<URI, @Nullable Answer> service = uri -> null;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final @Nullable SSLContext tls;
    private final InetSocketAddress address;
    private HttpServer server;

    PageServer() throws IOException {
        this(null);
    }

    PageServer(@Nullable SSLContext tls) throws IOException {
        this.tls = tls;
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next()); // one to come back to
        server = begin(address);
    }

    private HttpServer begin(InetSocketAddress at) throws IOException {
        HttpServer server;
        if (tls == null) {
            server = HttpServer.create(at, 0);
        } else {
            HttpsServer secure = HttpsServer.create(at, 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = secure;
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        StringBuilder request = new StringBuilder(exchange.getRequestURI().toString());
        for (String header : List.of("If-None-Match", "If-Modified-Since", "Authorization")) {
            String value = exchange.getRequestHeaders().getFirst(header);
            request.append(value == null ? "" : " " + header + ": " + value);
        }
        requests.add(request.toString());
        Answer next = answers.poll();
        Answer found = next == null ? service.apply(exchange.getRequestURI()) : next;
        Answer answer = found == null ? otherwise : found;
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(answer.status(), answer.length() == 0 ? -1 : answer.length());
        try (exchange) {
            if (answer.body().length > 0) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    /** The address of a path. */
    String url(String path) {
        return (tls == null ? "http" : "https") + "://127.0.0.1:" + address.getPort() + path;
    }

    /** Goes away; no connection is taken any more. */
    void stop() {
        server.stop(0);
    }

    /** Comes back at the same address, which may be in use for a moment by what is left of old connections. */
    void restart() {
        server = Await.value("the old address", Duration.ofSeconds(60), () -> {
            try {
                return begin(address);
            } catch (BindException e) {
                return null;
            }
        });
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
