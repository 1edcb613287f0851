package io.datastream.feed;

import io.datastream.httpclient.HttpRules;
import io.datastream.httpclient.RetryAfter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer of a server, read event by event. What is not read stays in the buffers of the connection, so the server cannot send
 * more than is kept.
 */
final class SseConnection implements FeedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(SseConnection.class);
    private static final String EVENT_STREAM = "text/event-stream";
    private static final int MOST_REDIRECTS = 5;
    private static final int BLOCK = 1 << 16;

    private final FeedOptions options;

    @SuppressWarnings("UnusedVariable") // held, because a client that nobody holds may end its connections
    private final HttpClient client;

    private final InputStream in;
    private final SseParser parser;
    private final byte[] block = new byte[BLOCK];
    private Batch batch;
    private volatile boolean closed;
    private volatile boolean silent;

    /** Since when bytes are waited for, in nanoseconds; 0 while none are. */
    private volatile long waitingSince;

    private SseConnection(FeedOptions options, HttpClient client, InputStream in, String position, Counts counts) {
        this.options = options;
        this.client = client;
        this.in = in;
        this.batch = new Batch(position);
        this.parser = new SseParser(options.maxEvent, position, new SseParser.Target() {
            @Override
            public void event(String id, String type, byte[] data) {
                counts.received.incrementAndGet();
                batch.add(Kept.encode(Kept.TEXT, id, type, data));
                batch.position = id;
            }

            @Override
            public void tooLarge(String id, String type, long size) {
                counts.received.incrementAndGet();
                counts.tooLarge.incrementAndGet();
                batch.add(Kept.encodeTooLarge(id, type, size, options.maxEvent));
                batch.position = id;
            }

            @Override
            public void id(String id) {
                batch.position = id;
            }
        });
    }

    /** Whether an id can be sent back; not all texts can be values of headers. */
    static boolean canResume(String id) {
        return !id.isEmpty() && HttpRules.problemWith(id) == null;
    }

    static SseConnection open(FeedOptions options, String position, Counts counts) throws IOException {
        HttpClient client = options.client();
        URI uri = options.uri;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpResponse<InputStream> response = send(client, request(options, uri, position), options);
            int status = response.statusCode();
            if (status == 200) {
                checkType(response);
                return new SseConnection(options, client, response.body(), position, counts);
            }
            response.body().close();
            switch (status) {
                case 301, 302, 303, 307, 308 -> uri = redirected(uri, response);
                case 204 -> throw new EndedException("the server has ended the feed (status 204)");
                case 408, 429, 500, 502, 503, 504 -> throw busy(response, 200);
                case 401, 403, 407 ->
                    throw new RefusedException("status " + status + " (expected: 200; see withToken)", null);
                default -> throw new RefusedException("status " + status + " (expected: 200)", null);
            }
        }
        throw new RefusedException("more than " + MOST_REDIRECTS + " redirects (expected: the feed)", null);
    }

    private static HttpRequest request(FeedOptions options, URI uri, String position) throws RefusedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).header("Accept", EVENT_STREAM).header("Cache-Control", "no-store");
        options.headers(request::setHeader);
        if (canResume(position)) {
            request.setHeader("Last-Event-ID", position);
        }
        return request.build();
    }

    /** The answer without its body, in the time that is allowed. */
    private static HttpResponse<InputStream> send(HttpClient client, HttpRequest request, FeedOptions options)
            throws IOException {
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            return answer.get(options.connectTime.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(
                    "no answer within " + options.connectTime + " (expected: one; see withConnectTime)", e);
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    static IOException failed(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof SSLHandshakeException) {
                return new RefusedException(
                        "TLS: " + at.getMessage() + " (expected: a server that is trusted; see withTls)", at);
            }
        }
        return cause instanceof IOException ioe ? ioe : new IOException(cause.toString(), cause);
    }

    /** The headers may hold a token, which is for this server alone. */
    private static URI redirected(URI from, HttpResponse<?> response) throws RefusedException {
        String location = response.headers().firstValue("Location").orElse("");
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new RefusedException("redirected to an address that is none (expected: the feed)", e);
        }
        if (!HttpRules.origin(to).equals(HttpRules.origin(from))) {
            throw new RefusedException(
                    "redirected to " + KeptDecoder.shown(HttpRules.origin(to)) + " (expected: " + HttpRules.origin(from)
                            + ", since the request may hold secrets)",
                    null);
        }
        return to;
    }

    static IOException busy(HttpResponse<?> response, int expected) {
        String message = "status " + response.statusCode() + " (expected: " + expected + ")";
        return RetryAfter.in(response.headers(), Instant.now())
                .<IOException>map(pause -> new BusyException(message, pause))
                .orElseGet(() -> new IOException(message));
    }

    private static void checkType(HttpResponse<InputStream> response) throws IOException {
        String type = response.headers().firstValue("Content-Type").orElse("none");
        int end = type.indexOf(';');
        String plain = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        String coding = response.headers().firstValue("Content-Encoding").orElse("identity");
        if (!plain.equals(EVENT_STREAM)) {
            response.body().close();
            throw new RefusedException(
                    "Content-Type: " + KeptDecoder.shown(type) + " (expected: " + EVENT_STREAM + ")", null);
        }
        if (!coding.equalsIgnoreCase("identity")) {
            response.body().close();
            throw new RefusedException(
                    "Content-Encoding: " + KeptDecoder.shown(coding)
                            + " (expected: none, as nothing else was asked for)",
                    null);
        }
    }

    @Override
    public void read(Batch into) throws IOException {
        batch = into;
        do {
            waitingSince = System.nanoTime() | 1; // never 0
            int count;
            try {
                count = in.read(block);
            } catch (IOException e) {
                throw silent ? new IOException("nothing came for " + options.idleTime, e) : e;
            } finally {
                waitingSince = 0;
            }
            if (count < 0) {
                throw new EOFException(
                        silent ? "nothing came for " + options.idleTime : "the server has ended its answer");
            }
            parser.take(block, 0, count);
        } while (!into.isFull() && !closed && in.available() > 0);
    }

    @Override
    public void tick() {
        long since = waitingSince;
        if (since != 0 && System.nanoTime() - since > options.idleTime.toNanos()) {
            silent = true;
            closeStream();
        }
    }

    @Override
    public @Nullable Duration wishedPause() {
        return parser.retry();
    }

    @Override
    public void close() {
        closed = true;
        closeStream();
    }

    private void closeStream() {
        try {
            in.close();
        } catch (IOException e) {
            LOG.debug("{}: closing the answer", options.origin(), e); // it is given up anyway
        }
    }
}
