package io.datastream.push;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import io.datastream.log.Appended;
import io.datastream.log.DurableLog;
import io.datastream.log.KeyReusedException;
import io.datastream.log.LogException;
import io.datastream.log.LogFullException;
import io.datastream.secret.SecretSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests. */
final class Requests implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final String KEY = "Idempotency-Key";
    private static final String SCHEME = "Bearer ";

    private final HttpPush push;
    private final Supplier<PushHealth> health;
    private final Map<String, PushRoute<?>> routes = new HashMap<>();

    // guarded by this
    private final TreeMap<Integer, Long> answers = new TreeMap<>();
    private int open;
    private boolean closed;
    private long records;

    Requests(HttpPush push, Supplier<PushHealth> health) {
        this.push = push;
        this.health = health;
        push.routes.forEach(route -> routes.put(route.path(), route));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Workers.Limit limit = Workers.current();
        limit.set(push.bodyTime);
        boolean taken = enter();
        try {
            if (!taken) {
                throw new Refusal(503, "the server is being closed (expected: another try later)");
            }
            if (exchange.getRequestURI().getRawPath().equals(PushServer.HEALTH)) {
                tellHealth(exchange);
            } else {
                int kept = keep(exchange, limit);
                limit.set(push.bodyTime);
                answer(exchange, 200, "application/json", "{\"records\":" + kept + "}");
            }
        } catch (Refusal refusal) {
            limit.set(push.bodyTime);
            refuse(exchange, refusal);
        } finally {
            exchange.close();
            if (taken) {
                leave();
            }
        }
    }

    private void tellHealth(HttpExchange exchange) throws IOException, Refusal {
        if (!exchange.getRequestMethod().equals("GET")) {
            throw wrongMethod(exchange, "GET");
        }
        if (!health.get().isHealthy()) {
            throw new Refusal(503, "records cannot be kept");
        }
        answer(exchange, 200, "text/plain; charset=utf-8", "ok\n");
    }

    /** Keeps what a request brings, and gives the number of records. */
    private int keep(HttpExchange exchange, Workers.Limit limit) throws IOException, Refusal {
        checkToken(exchange);
        PushRoute<?> route = routes.get(exchange.getRequestURI().getRawPath());
        if (route == null) {
            throw new Refusal(404, "path: there is no such route");
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            throw wrongMethod(exchange, "POST");
        }
        String key = key(exchange.getRequestHeaders());
        List<byte[]> parsed = parse(exchange, route);
        limit.lift(); // the disk may take its time, and what it has done must be told
        Appended kept;
        try {
            kept = append(exchange, route, parsed, key);
        } finally {
            limit.set(push.bodyTime);
        }
        if (!kept.repeated()) {
            count(kept.count());
        }
        return kept.count();
    }

    private void checkToken(HttpExchange exchange) throws Refusal {
        SecretSource token = push.token;
        if (token == null) {
            return;
        }
        byte[] expected;
        try {
            expected = token.reveal().getBytes(StandardCharsets.UTF_8);
        } catch (IllegalStateException e) {
            LOG.error("push: the token cannot be looked up; all requests are refused", e);
            throw new Refusal(503, "the token of the server cannot be looked up");
        }
        List<String> given = exchange.getRequestHeaders().get("Authorization");
        boolean right = given != null
                && given.size() == 1
                && given.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        given.get(0).substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8), expected);
        if (!right) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            throw new Refusal(401, "Authorization: no token, or not the right one (expected: Bearer and the token)");
        }
    }

    private static Refusal wrongMethod(HttpExchange exchange, String right) {
        exchange.getResponseHeaders().set("Allow", right);
        return new Refusal(405, "method: " + exchange.getRequestMethod() + " (expected: " + right + ")");
    }

    private static @Nullable String key(Headers headers) throws Refusal {
        List<String> given = headers.get(KEY);
        if (given == null) {
            return null;
        }
        String key = given.get(0);
        boolean fine = given.size() == 1
                && !key.isEmpty()
                && key.length() <= DurableLog.LONGEST_KEY
                && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!fine) {
            throw new Refusal(
                    400,
                    KEY + ": not usable (expected: one, of 1 to " + DurableLog.LONGEST_KEY
                            + " visible characters of ASCII)");
        }
        return key;
    }

    /** The records of a body, as they are kept. */
    private <T> List<byte[]> parse(HttpExchange exchange, PushRoute<T> route) throws IOException, Refusal {
        FileFormat<T> format = format(route, exchange.getRequestHeaders().getFirst("Content-Type"));
        byte[] body = Body.read(exchange, push.maxBody);
        List<byte[]> parsed = new ArrayList<>();
        String place = "beginning";
        try (FileFormat.RecordReader<T> reader = format.reader("body", new ByteArrayInputStream(body))) {
            try {
                for (T value = reader.read(); value != null; value = reader.read()) {
                    if (parsed.size() == push.maxRecords) {
                        throw new Refusal(
                                413, "body: too many records (expected: at most " + push.maxRecords + " in a request)");
                    }
                    parsed.add(route.codec().encode(value));
                }
            } finally {
                place = reader.place();
            }
        } catch (CodecException | IOException e) { // of the format; the connection is read to its end
            String message = String.valueOf(e.getMessage());
            throw new Refusal(400, message.contains(place) ? message : place + ": " + message);
        } catch (RuntimeException e) {
            LOG.error("push: {}: a body of {} bytes cannot be read", route.path(), body.length, e);
            throw new Refusal(500, "the server failed to read the body");
        }
        return parsed;
    }

    private static <T> FileFormat<T> format(PushRoute<T> route, @Nullable String contentType) throws Refusal {
        String[] parts = contentType == null ? new String[] {""} : contentType.split(";", -1);
        FileFormat<T> format = route.format(parts[0].strip().toLowerCase(Locale.ROOT));
        if (format == null) {
            throw new Refusal(
                    415, "Content-Type: " + contentType + " (expected: " + String.join(" or ", route.types()) + ")");
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT).replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                throw new Refusal(415, "Content-Type: " + contentType + " (expected: charset=utf-8, or none)");
            }
        }
        return format;
    }

    private Appended append(HttpExchange exchange, PushRoute<?> route, List<byte[]> parsed, @Nullable String key)
            throws Refusal {
        try {
            return route.log().append(parsed, key);
        } catch (LogFullException e) {
            LOG.debug("push: {}: {}", route.path(), e.getMessage());
            retryLater(exchange);
            throw new Refusal(429, "the log is full (expected: another try later)");
        } catch (KeyReusedException e) {
            throw new Refusal(422, KEY + ": known for other records (expected: a new key for each body)");
        } catch (LogException e) {
            LOG.error("push: {}: records could not be kept", route.path(), e);
            retryLater(exchange);
            throw new Refusal(503, "the records could not be kept (expected: another try later)");
        } catch (RuntimeException e) {
            LOG.error("push: {}: records could not be kept", route.path(), e);
            throw new Refusal(500, "the records could not be kept");
        }
    }

    private void retryLater(HttpExchange exchange) {
        exchange.getResponseHeaders().set("Retry-After", String.valueOf(Math.max(1, push.retryAfter.toSeconds())));
    }

    private void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
        if (!Body.drain(exchange)) {
            exchange.getResponseHeaders().set("Connection", "close");
        }
        answer(exchange, refusal.status, "text/plain; charset=utf-8", refusal.text() + "\n");
    }

    private void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        synchronized (this) {
            answers.merge(status, 1L, Long::sum);
            if (closed) {
                exchange.getResponseHeaders().set("Connection", "close");
            }
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cache-Control", "no-store");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    // counting

    private synchronized boolean enter() {
        if (closed) {
            return false;
        }
        open++;
        return true;
    }

    private synchronized void leave() {
        open--;
        notifyAll();
    }

    private synchronized void count(int kept) {
        records += kept;
    }

    synchronized boolean isOpen() {
        return !closed;
    }

    synchronized int open() {
        return open;
    }

    synchronized long records() {
        return records;
    }

    synchronized Map<Integer, Long> answers() {
        return new TreeMap<>(answers);
    }

    /** Takes no more, and waits for those that are worked at; false if some are not done within the limit. */
    synchronized boolean close(Duration limit) {
        closed = true;
        long end = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        while (open > 0 && System.nanoTime() < end) {
            try {
                wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                interrupted = true;
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return open == 0;
    }
}
