package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A service of server-sent events with a journal, on the server of the JDK: the id of an event is its number from 1, and whoever
 * names one gets all behind it, others get all. It can be stopped and come back at the same port.
 */
final class SseServer implements FeedServer {
    /** The headers of each request. */
    final Queue<Headers> requests = new ConcurrentLinkedQueue<>();

    /** How many events were written. */
    final AtomicLong written = new AtomicLong();

    /** What answers instead of the journal. */
    volatile @Nullable HttpHandler script;

    private final @Nullable SSLContext tls;
    private final List<String> journal = new ArrayList<>();
    private int port;
    private HttpServer server;
    private ExecutorService threads;
    private boolean stopped;

    private SseServer(@Nullable SSLContext tls) throws IOException {
        this.tls = tls;
        restart();
    }

    static SseServer start() throws IOException {
        return new SseServer(null);
    }

    static SseServer start(SSLContext tls) throws IOException {
        return new SseServer(tls);
    }

    static SseServer answering(HttpHandler script) throws IOException {
        SseServer server = start();
        server.script = script;
        return server;
    }

    @Override
    public void restart() throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        if (tls == null) {
            server = HttpServer.create(address, 0);
        } else {
            HttpsServer secure = HttpsServer.create(address, 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = secure;
        }
        port = server.getAddress().getPort();
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        synchronized (journal) {
            stopped = false;
        }
        server.start();
    }

    @Override
    public long written() {
        return written.get();
    }

    @Override
    public void stop() {
        synchronized (journal) {
            stopped = true;
            journal.notifyAll();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    @Override
    public String url() {
        return (tls == null ? "http://127.0.0.1:" : "https://127.0.0.1:") + port + "/events";
    }

    @Override
    public void publish(List<String> events) {
        synchronized (journal) {
            journal.addAll(events);
            journal.notifyAll();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestHeaders());
        HttpHandler instead = script;
        try (exchange) {
            if (instead != null) {
                instead.handle(exchange);
            } else {
                String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
                write(begin(exchange), last == null ? 0 : Integer.parseInt(last));
            }
        } catch (IOException e) {
            // the client is gone, as tests have it
        }
    }

    /** Sends the head of an event stream. */
    static OutputStream begin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream;charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.write(":\n".getBytes(UTF_8));
        out.flush();
        return out;
    }

    static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }

    private void write(OutputStream out, int from) throws IOException {
        int next = from;
        while (true) {
            List<String> more;
            synchronized (journal) {
                while (!stopped && next >= journal.size()) {
                    try {
                        journal.wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                if (stopped) {
                    return;
                }
                more = List.copyOf(journal.subList(next, Math.min(journal.size(), next + 100)));
            }
            for (String data : more) {
                next++;
                out.write(("id: " + next + "\ndata: " + data.replace("\n", "\ndata: ") + "\n\n").getBytes(UTF_8));
                written.incrementAndGet();
            }
            out.flush();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
