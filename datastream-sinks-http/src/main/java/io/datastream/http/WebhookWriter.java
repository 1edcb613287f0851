package io.datastream.http;

import io.datastream.codec.CodecException;
import io.datastream.httpclient.HttpAnswer;
import io.datastream.httpclient.HttpSender;
import io.datastream.sink.Receipt;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Sends the results of one task. A full batch is sent before the next result is taken, so that a call that failed for a lost
 * connection can be repeated: nothing of its result has been kept.
 */
final class WebhookWriter<T> implements SinkWriter<T> {
    private static final Set<Integer> REFUSING = Set.of(400, 409, 413, 422);
    private static final int KEY_BYTES = 16;

    private final Definition<T> definition;
    private final HttpSender sender;
    private final SinkContext context;
    private final LongSupplier nanoTime;
    private List<Waiting> batch = new ArrayList<>();
    private long oldestNanos;
    private boolean closed;

    /** A result that waits to be sent. */
    @SuppressWarnings("ArrayRecordComponent") // sent as it is
    private record Waiting(long time, byte[] bytes, Receipt receipt) {}

    private record Refused(Waiting result, String reason) {}

    WebhookWriter(Definition<T> definition, HttpSender sender, SinkContext context, LongSupplier nanoTime) {
        this.definition = definition;
        this.sender = sender;
        this.context = context;
        this.nanoTime = nanoTime;
    }

    @Override
    public void write(long time, T value) {
        checkOpen();
        if (!batch.isEmpty()
                && (batch.size() >= definition.batchResults()
                        || nanoTime.getAsLong() - oldestNanos >= definition.batchNanos())) {
            send();
        }
        byte[] bytes = definition.encoder().encode(value);
        if (definition.form() != null && !definition.form().takes(bytes)) {
            throw new CodecException("result: has a line break (expected: none, in batches of lines)");
        }
        if (batch.isEmpty()) {
            oldestNanos = nanoTime.getAsLong();
        }
        batch.add(new Waiting(time, bytes, context.receipt()));
    }

    @Override
    public void flush() {
        checkOpen();
        if (!batch.isEmpty()) {
            send();
        }
    }

    private void send() {
        Deque<List<Waiting>> parts = new ArrayDeque<>();
        parts.push(batch);
        List<Refused> refused = new ArrayList<>();
        while (!parts.isEmpty()) {
            List<Waiting> part = parts.pop();
            HttpAnswer answer;
            try {
                answer = post(part);
            } catch (SinkException e) {
                List<Waiting> left = new ArrayList<>();
                refused.forEach(each -> left.add(each.result()));
                left.addAll(part);
                parts.forEach(left::addAll);
                batch = left; // what is refused will be so again
                throw e;
            }
            if (!answer.isSuccess() && part.size() == 1) {
                refused.add(new Refused(part.get(0), answer.text()));
            } else if (!answer.isSuccess()) {
                int half = part.size() / 2;
                parts.push(part.subList(half, part.size()));
                parts.push(part.subList(0, half));
            }
        }
        batch = new ArrayList<>();
        for (Refused each : refused) {
            each.result().receipt().refuse(new IllegalArgumentException("refused by the service: " + each.reason()));
        }
    }

    private HttpAnswer post(List<Waiting> part) {
        Map<String, String> headers =
                definition.keyHeader() == null ? Map.of() : Map.of(definition.keyHeader(), key(part));
        List<byte[]> results = part.stream().map(Waiting::bytes).toList();
        byte[] body =
                definition.form() == null ? results.get(0) : definition.form().join(results);
        HttpAnswer answer = sender.post(definition.contentType(), headers, body);
        if (!answer.isSuccess() && !REFUSING.contains(answer.status())) {
            throw sender.fatal(answer.text() + " (expected: a status from 200 to 299)");
        }
        return answer;
    }

    /** The same for the same results of the same step, on every run. */
    private String key(List<Waiting> part) {
        MessageDigest digest = sha256();
        add(digest, context.pipeline().getBytes(StandardCharsets.UTF_8));
        add(digest, context.step().getBytes(StandardCharsets.UTF_8));
        for (Waiting result : part) {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, result.time()));
            add(digest, result.bytes());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, KEY_BYTES);
    }

    /** Its length goes before it, so that no two lists of parts are the same bytes. */
    private static void add(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
        digest.update(part);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: every JVM has it", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        batch = new ArrayList<>();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the writer is closed (expected: no more calls)");
        }
    }
}
