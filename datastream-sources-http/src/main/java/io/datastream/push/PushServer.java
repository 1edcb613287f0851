package io.datastream.push;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.datastream.log.LogStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that runs. Made by {@link HttpPush#start()}. */
public final class PushServer implements AutoCloseable {
    /** The path that answers {@code GET} with 200 or 503, without a token: for load balancers. */
    public static final String HEALTH = "/health";

    private static final Logger LOG = LoggerFactory.getLogger(PushServer.class);

    private final HttpPush push;
    private final HttpServer server;
    private final Workers workers;
    private final Requests requests;

    private PushServer(HttpPush push, HttpServer server, Workers workers) {
        this.push = push;
        this.server = server;
        this.workers = workers;
        this.requests = new Requests(push, this::health);
    }

    static PushServer start(HttpPush push) {
        HttpServer server;
        try {
            if (push.tls == null) {
                server = HttpServer.create(push.address, 0);
            } else {
                HttpsServer secure = HttpsServer.create(push.address, 0);
                secure.setHttpsConfigurator(new HttpsConfigurator(push.tls));
                server = secure;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "address: " + push.address + ": " + e.getMessage() + " (expected: one that can be bound)", e);
        }
        Workers workers = new Workers(
                "datastream-push-" + server.getAddress().getPort(), push.threads, push.waiting, push.headerTime);
        PushServer started = new PushServer(push, server, workers);
        server.setExecutor(workers);
        server.createContext("/", started.requests);
        server.start();
        LOG.info("push: listening on {}, routes {}", server.getAddress(), push.routes);
        return started;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** How it is. */
    public PushHealth health() {
        Map<String, LogStatus> logs = new LinkedHashMap<>();
        push.routes.forEach(route -> logs.put(route.path(), route.log().status()));
        return new PushHealth(
                requests.isOpen(),
                requests.open(),
                workers.waiting(),
                requests.records(),
                requests.answers(),
                workers.overtime.get(),
                workers.refused.get(),
                logs);
    }

    /**
     * Takes no more requests, lets those that are worked at finish within {@link HttpPush#withStopTime}, and ends. The logs
     * stay open. May be called twice.
     */
    @Override
    public void close() {
        if (requests.close(push.stopTime)) {
            LOG.info("push: closed, {} records kept", requests.records());
        } else {
            LOG.warn("push: requests are broken off that were not done within {}", push.stopTime);
        }
        server.stop(0);
        workers.close();
    }

    @Override
    public String toString() {
        return "PushServer " + address();
    }
}
