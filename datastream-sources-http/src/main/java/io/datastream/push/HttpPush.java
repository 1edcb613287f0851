package io.datastream.push;

import io.datastream.secret.SecretSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A server to which clients push records over HTTP. A request is answered when its records are durable in the log of its
 * route, from which pipelines read them. Immutable; each {@code withX} returns a changed copy. Nothing runs before {@link
 * #start()}.
 *
 * <pre>{@code
 * PushRoute<Reading> readings = PushRoute.at("/readings", FileLog.open(folder), JsonCodec.of(Reading.class))
 *         .accepting("application/x-ndjson", JsonLinesFormat.of(Reading.class));
 * try (PushServer server = HttpPush.on(8080).with(readings).start()) {
 *     Pipeline.from(readings.source().eventTime(Reading::time))...
 * }
 * }</pre>
 *
 * <p>It listens on the loopback address, unless {@link #at} says otherwise, and then it wants a token.
 */
public final class HttpPush {
    /** The largest body, before and after decompression. */
    public static final int DEFAULT_MAX_BODY = 4 << 20;

    /** The most records of a request. */
    public static final int DEFAULT_MAX_RECORDS = 100_000;

    /** How many requests are worked at. */
    public static final int DEFAULT_THREADS = 16;

    /** How many more may wait. */
    public static final int DEFAULT_WAITING = 256;

    /** How long the first line and the headers of a request may take. */
    public static final Duration DEFAULT_HEADER_TIME = Duration.ofSeconds(10);

    /** How long the body of a request may take. */
    public static final Duration DEFAULT_BODY_TIME = Duration.ofSeconds(30);

    /** How long requests may go on when the server is closed. */
    public static final Duration DEFAULT_STOP_TIME = Duration.ofSeconds(10);

    /** When a client that was refused for lack of room is asked to come again. */
    public static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

    final InetSocketAddress address;
    final List<PushRoute<?>> routes;
    final @Nullable SecretSource token;
    final @Nullable SSLContext tls;
    final int maxBody;
    final int maxRecords;
    final int threads;
    final int waiting;
    final Duration headerTime;
    final Duration bodyTime;
    final Duration stopTime;
    final Duration retryAfter;

    private HttpPush(
            InetSocketAddress address,
            List<PushRoute<?>> routes,
            @Nullable SecretSource token,
            @Nullable SSLContext tls,
            int maxBody,
            int maxRecords,
            int threads,
            int waiting,
            Duration headerTime,
            Duration bodyTime,
            Duration stopTime,
            Duration retryAfter) {
        this.address = address;
        this.routes = routes;
        this.token = token;
        this.tls = tls;
        this.maxBody = maxBody;
        this.maxRecords = maxRecords;
        this.threads = threads;
        this.waiting = waiting;
        this.headerTime = headerTime;
        this.bodyTime = bodyTime;
        this.stopTime = stopTime;
        this.retryAfter = retryAfter;
    }

    /** On a port of the loopback address; 0 for any that is free. */
    public static HttpPush on(int port) {
        return at(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** On an address; one that is not loopback needs a token. */
    public static HttpPush at(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("address: " + address + " (expected: one that can be resolved)");
        }
        return new HttpPush(
                address,
                List.of(),
                null,
                null,
                DEFAULT_MAX_BODY,
                DEFAULT_MAX_RECORDS,
                DEFAULT_THREADS,
                DEFAULT_WAITING,
                DEFAULT_HEADER_TIME,
                DEFAULT_BODY_TIME,
                DEFAULT_STOP_TIME,
                DEFAULT_RETRY_AFTER);
    }

    /** The same with one more route. */
    public HttpPush with(PushRoute<?> route) {
        for (PushRoute<?> other : routes) {
            if (other.path().equals(route.path())) {
                throw new IllegalArgumentException("route: " + route.path() + " (expected: each path once)");
            }
        }
        if (route.acceptsNothing()) {
            throw new IllegalArgumentException(
                    "route: " + route.path() + " accepts nothing (expected: a format; see accepting)");
        }
        List<PushRoute<?>> more = new ArrayList<>(routes);
        more.add(route);
        return new HttpPush(
                address,
                more,
                token,
                tls,
                maxBody,
                maxRecords,
                threads,
                waiting,
                headerTime,
                bodyTime,
                stopTime,
                retryAfter);
    }

    /** The same for clients that send {@code Authorization: Bearer} with this token; it is looked up at each request. */
    public HttpPush withToken(SecretSource token) {
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                maxBody,
                maxRecords,
                threads,
                waiting,
                headerTime,
                bodyTime,
                stopTime,
                retryAfter);
    }

    /** The same over TLS, with the keys of this context. */
    public HttpPush withTls(SSLContext tls) {
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                maxBody,
                maxRecords,
                threads,
                waiting,
                headerTime,
                bodyTime,
                stopTime,
                retryAfter);
    }

    /**
     * The same with another largest body, in bytes, before and after decompression. Each thread holds one body and its
     * records in memory. Default: {@link #DEFAULT_MAX_BODY}
     */
    public HttpPush withMaxBody(int bytes) {
        int limit = within("maxBody", bytes, 1 << 26);
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                limit,
                maxRecords,
                threads,
                waiting,
                headerTime,
                bodyTime,
                stopTime,
                retryAfter);
    }

    /** The same with another limit of the records of a request. Default: {@link #DEFAULT_MAX_RECORDS} */
    public HttpPush withMaxRecords(int records) {
        int limit = within("maxRecords", records, 10_000_000);
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                maxBody,
                limit,
                threads,
                waiting,
                headerTime,
                bodyTime,
                stopTime,
                retryAfter);
    }

    /** The same with this many threads, each for one request at a time. Default: {@link #DEFAULT_THREADS} */
    public HttpPush withThreads(int threads) {
        int limit = within("threads", threads, 4_096);
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                maxBody,
                maxRecords,
                limit,
                waiting,
                headerTime,
                bodyTime,
                stopTime,
                retryAfter);
    }

    /**
     * The same with room for this many requests that wait for a thread; further ones are closed without an answer. Default:
     * {@link #DEFAULT_WAITING}
     */
    public HttpPush withWaiting(int requests) {
        int limit = within("waiting", requests, 1 << 20);
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                maxBody,
                maxRecords,
                threads,
                limit,
                headerTime,
                bodyTime,
                stopTime,
                retryAfter);
    }

    /** The same with another limit for headers, and a TLS handshake before them. Default: {@link #DEFAULT_HEADER_TIME} */
    public HttpPush withHeaderTime(Duration limit) {
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                maxBody,
                maxRecords,
                threads,
                waiting,
                positive("headerTime", limit),
                bodyTime,
                stopTime,
                retryAfter);
    }

    /** The same with another limit for a body, and for the reading of an answer. Default: {@link #DEFAULT_BODY_TIME} */
    public HttpPush withBodyTime(Duration limit) {
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                maxBody,
                maxRecords,
                threads,
                waiting,
                headerTime,
                positive("bodyTime", limit),
                stopTime,
                retryAfter);
    }

    /** The same with another limit for requests when the server is closed. Default: {@link #DEFAULT_STOP_TIME} */
    public HttpPush withStopTime(Duration limit) {
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                maxBody,
                maxRecords,
                threads,
                waiting,
                headerTime,
                bodyTime,
                positive("stopTime", limit),
                retryAfter);
    }

    /** The same with another {@code Retry-After}, in whole seconds. Default: {@link #DEFAULT_RETRY_AFTER} */
    public HttpPush withRetryAfter(Duration pause) {
        return new HttpPush(
                address,
                routes,
                token,
                tls,
                maxBody,
                maxRecords,
                threads,
                waiting,
                headerTime,
                bodyTime,
                stopTime,
                positive("retryAfter", pause));
    }

    /**
     * Starts the server.
     *
     * @throws IllegalStateException if there is no route, an address that is not loopback comes without a token, or the
     *     token cannot be looked up
     * @throws java.io.UncheckedIOException if the address cannot be bound
     */
    public PushServer start() {
        if (routes.isEmpty()) {
            throw new IllegalStateException("routes: none (expected: at least one; see with)");
        }
        if (token != null) {
            token.reveal();
        } else if (!address.getAddress().isLoopbackAddress()) {
            throw new IllegalStateException(
                    "address: " + address + " without a token (expected: withToken, or a loopback" + " address)");
        }
        return PushServer.start(this);
    }

    private static int within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: from 1 to " + most + ")");
        }
        return value;
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0 and at most a day)");
        }
        return value;
    }
}
