package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of the JDK. It hands over the next piece when it is asked to: which is at once while little waits to be kept, and
 * else when that was taken. So at most {@link #MOST_WAITING} bytes and one message are held, and the rest stays with the server.
 *
 * <p>The JDK tells of an end without a farewell only if the next piece is asked for at that moment: {@code request} was called,
 * and its thread has acted on it. Else it is lost, and the connection is silent for good (seen on 17 and 25). So a server is sent
 * signs of life soon after it has become silent, again and again until it is heard: on a connection that has ended, one of the
 * first few cannot be sent.
 */
final class WebSocketConnection implements FeedConnection, WebSocket.Listener {
    private static final int MOST_WAITING = 4 << 20;
    private static final int COST_OF_A_MESSAGE = 64;
    private static final long CLOSE_SECONDS = 1;
    private static final long LONGEST_SILENCE = TimeUnit.SECONDS.toNanos(5);
    private static final int SIGNS_PER_SILENCE = 5;

    /** A message that waits to be kept. */
    @SuppressWarnings("ArrayRecordComponent") // handed on as it is
    private record Waiting(byte[] record, String position) {}

    private final FeedOptions options;
    private final WebSocketTalk talk;
    private final Counts counts;
    private final LongSupplier nanoTime;

    @SuppressWarnings("UnusedVariable") // held, because a client that nobody holds may end its connections
    private final HttpClient client;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // guarded by the lock
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean owesRequest;
    private @Nullable IOException end;
    private boolean closing;

    // of the thread that calls the listener
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private long size;
    private String position;

    private volatile @Nullable WebSocket socket;
    private volatile long heard;

    // of the timer
    private long said;
    private CompletableFuture<?> saying = CompletableFuture.completedFuture(null);

    private WebSocketConnection(
            FeedOptions options,
            HttpClient client,
            WebSocketTalk talk,
            String position,
            Counts counts,
            LongSupplier nanoTime) {
        this.options = options;
        this.client = client;
        this.talk = talk;
        this.position = position;
        this.counts = counts;
        this.nanoTime = nanoTime;
        this.heard = nanoTime.getAsLong();
        this.said = heard;
    }

    static WebSocketConnection open(
            FeedOptions options, WebSocketTalk talk, String position, Counts counts, LongSupplier nanoTime)
            throws IOException {
        HttpClient client = options.client();
        WebSocketConnection connection = new WebSocketConnection(options, client, talk, position, counts, nanoTime);
        WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(options.connectTime);
        options.headers(builder::header);
        try {
            WebSocket opened = connection.await(builder.buildAsync(options.uri, connection), "no answer");
            for (String text : talk.opening(position)) {
                connection.await(opened.sendText(text, true), "a message could not be sent");
            }
        } catch (IOException e) {
            connection.abort();
            throw e;
        }
        return connection;
    }

    private <V> V await(CompletableFuture<V> what, String problem) throws IOException {
        try {
            return what.get(options.connectTime.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            what.cancel(true);
            throw new IOException(problem + " within " + options.connectTime + " (expected: see withConnectTime)", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof WebSocketHandshakeException shake
                    ? refusal(shake.getResponse(), shake)
                    : SseConnection.failed(e);
        } catch (InterruptedException e) {
            what.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static IOException refusal(@Nullable HttpResponse<?> response, WebSocketHandshakeException e) {
        if (response == null || response.statusCode() == 101) {
            return new IOException("the answer is none of a WebSocket", e);
        }
        int status = response.statusCode();
        return switch (status) {
            case 301, 302, 303, 307, 308 ->
                new RefusedException(
                        "redirected (expected: the address itself, since the request may hold secrets)", e);
            case 408, 429, 500, 502, 503, 504 -> SseConnection.busy(response, 101);
            case 401, 403, 407 -> new RefusedException("status " + status + " (expected: 101; see withToken)", e);
            default -> new RefusedException("status " + status + " (expected: 101)", e);
        };
    }

    // called by the client, one after the other

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        opened.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        return take(from, data.toString().getBytes(UTF_8), last, true);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return take(from, bytes, last, false);
    }

    private @Nullable CompletionStage<?> take(WebSocket from, byte[] part, boolean last, boolean isText) {
        heard = nanoTime.getAsLong();
        size += part.length;
        if (size <= options.maxEvent) {
            message.writeBytes(part);
        } else {
            message.reset(); // only its size is kept
        }
        if (!last) {
            from.request(1);
            return null;
        }
        counts.received.incrementAndGet();
        byte[] record;
        if (size <= options.maxEvent) {
            byte[] payload = message.toByteArray();
            position = talk.after(new WebSocketMessage(isText, payload), position);
            record = Kept.encode(isText ? Kept.TEXT : 0, position, "", payload);
        } else {
            counts.tooLarge.incrementAndGet();
            record = Kept.encodeTooLarge(position, "", size, options.maxEvent);
        }
        message.reset();
        size = 0;
        hand(from, new Waiting(record, position));
        return null;
    }

    private void hand(WebSocket from, Waiting next) {
        lock.lock();
        try {
            waiting.add(next);
            waitingBytes += next.record().length + COST_OF_A_MESSAGE;
            if (waitingBytes < MOST_WAITING) {
                from.request(1);
            } else {
                owesRequest = true;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer data) {
        return sign(from); // the client answers by itself
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
        return sign(from);
    }

    private @Nullable CompletionStage<?> sign(WebSocket from) {
        heard = nanoTime.getAsLong();
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        String why = reason.isEmpty() ? "" : " \"" + KeptDecoder.shown(reason) + "\"";
        end(new EOFException("closed by the server with status " + status + why));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end(error instanceof IOException ioe ? ioe : new IOException(error.toString(), error));
    }

    private void end(IOException why) {
        lock.lock();
        try {
            if (end == null) {
                end = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // called by the subscription

    @Override
    public void read(Batch batch) throws IOException {
        lock.lock();
        try {
            while (waiting.isEmpty() && end == null) {
                changed.awaitUninterruptibly();
            }
            while (!waiting.isEmpty() && !batch.isFull()) {
                Waiting next = waiting.remove();
                waitingBytes -= next.record().length + COST_OF_A_MESSAGE;
                batch.add(next.record());
                batch.position = next.position();
            }
            if (owesRequest && waitingBytes < MOST_WAITING) {
                owesRequest = false;
                heard = nanoTime.getAsLong(); // it could not be heard before
                WebSocket from = socket;
                if (from != null) {
                    from.request(1);
                }
            }
            if (batch.records.isEmpty() && end != null) {
                throw end;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void tick() {
        WebSocket to = socket;
        if (to == null) {
            return;
        }
        long now = nanoTime.getAsLong();
        long idle = options.idleTime.toNanos();
        boolean heldBack = isHeldBack();
        if (!heldBack && now - heard > idle) {
            end(new IOException("nothing came for " + options.idleTime));
            to.abort();
        } else if (saying.isDone() && (heldBack ? now - said > idle / 2 : isSilent(now, idle))) {
            said = now;
            // while nothing is read, a sign that this side is there, since the server's pings are not read either
            ByteBuffer nothing = ByteBuffer.allocate(0);
            saying = (heldBack ? to.sendPong(nothing) : to.sendPing(nothing)).whenComplete((sent, error) -> {
                if (error != null) {
                    end(new IOException("no sign of life could be sent", error));
                }
            });
        }
    }

    /** Whether a sign of life is due to a server that could be heard. */
    private boolean isSilent(long now, long idle) {
        long silence = Math.min(LONGEST_SILENCE, idle / 2);
        return now - heard > silence && now - said > silence / SIGNS_PER_SILENCE;
    }

    /** Whether nothing is asked for, since enough waits to be kept. */
    boolean isHeldBack() {
        lock.lock();
        try {
            return owesRequest;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Duration wishedPause() {
        return null;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closing) {
                return;
            }
            closing = true;
        } finally {
            lock.unlock();
        }
        WebSocket open = socket;
        if (open != null) {
            var unused = open.sendClose(WebSocket.NORMAL_CLOSURE, "")
                    .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                    .whenComplete((done, error) -> open.abort());
        }
        end(new IOException("closed"));
    }

    private void abort() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }
}
