package io.datastream.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.datastream.codec.CodecException;
import io.datastream.redis.Form.Item;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Writes the results of one task. A full batch is sent before the next result is taken, so that a call that failed for a
 * lost connection can be repeated: nothing of its result has been kept.
 *
 * <p>While the server works on a batch the next one is gathered, and sent when the server has dealt with the one before. So
 * what failed can be sent again without anything newer having overtaken it.
 */
final class RedisWriter<T> implements SinkWriter<T> {
    /** Results that a key is expected to have in a batch. */
    private static final int SOME = 4;

    /** A batch of this size is sent although it has few results: far below what a server takes from one client. */
    private static final long BATCH_BYTES = 4 * 1024 * 1024;

    private final Definition<T> definition;
    private final SinkContext context;
    private final LongSupplier nanoTime;
    private final String place;
    private final Delivery delivery;
    private Map<String, Batch> waiting = new LinkedHashMap<>();
    private int taken;
    private long bytes;
    private long oldestNanos;
    private Map<String, Batch> underWay = new LinkedHashMap<>();

    /** Whether the server has got what is under way, as far as is known. */
    private boolean isSent = true;

    private boolean closed;

    /** A result that the server does not take. */
    private record Refusal(Item item, SinkException error) {}

    RedisWriter(Definition<T> definition, RedisConnection connection, SinkContext context, LongSupplier nanoTime) {
        this.definition = definition;
        this.context = context;
        this.nanoTime = nanoTime;
        this.place = connection.toString();
        this.delivery = new Delivery(definition, connection);
    }

    /** Connects, so that what is wrong shows at the start. */
    RedisWriter<T> opened() {
        try {
            delivery.connect();
            return this;
        } catch (RuntimeException e) {
            throw Failures.of(place, e);
        }
    }

    @Override
    public void write(long time, T value) {
        checkOpen();
        if (!isSent) {
            settle(); // a batch that failed holds up the next result
        }
        if (isDue()) {
            send();
        }
        String key = key(value);
        Batch known = waiting.get(key);
        Batch batch = known == null ? new Batch(key, bytes(key), new ArrayList<>(SOME)) : known;
        Item item = item(key, time, value);
        if (known == null) {
            waiting.put(key, batch);
        }
        if (taken++ == 0) {
            oldestNanos = nanoTime.getAsLong();
        }
        bytes += batch.key().length + item.value().length;
        definition.form().add(batch.items(), item);
    }

    private boolean isDue() {
        return taken >= definition.batchResults()
                || bytes >= BATCH_BYTES
                || (taken > 0 && nanoTime.getAsLong() - oldestNanos >= definition.batchNanos());
    }

    private String key(T value) {
        String text;
        try {
            text = definition.key().apply(value);
        } catch (Exception e) {
            throw new CodecException(place + ", key: cannot be read: " + e, e);
        }
        if (text == null) {
            throw new CodecException(place + ", key: null (expected: text)");
        }
        return definition.prefix() + text;
    }

    private byte[] bytes(String key) {
        try {
            return Text.utf8(key);
        } catch (IllegalArgumentException e) {
            throw new CodecException(place + ", key: " + e.getMessage(), e);
        }
    }

    private Item item(String key, long time, T value) {
        String objection = definition.form().objection(time);
        if (!objection.isEmpty()) {
            throw new CodecException(place + ", key " + Text.shown(key) + ": " + objection);
        }
        return new Item(time, encoded(key, value), context.receipt());
    }

    private byte[] encoded(String key, T value) {
        byte[] encoded;
        try {
            encoded = definition.value().encode(value);
        } catch (RuntimeException e) {
            throw new CodecException(place + ", key " + Text.shown(key) + ": value: cannot be written: " + e, e);
        }
        if (encoded == null) {
            throw new CodecException(place + ", key " + Text.shown(key) + ": value: null (expected: bytes)");
        }
        return encoded;
    }

    @Override
    public void flush() {
        checkOpen();
        if (taken > 0) {
            send();
        }
        settle();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            delivery.disconnect();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(place + ": the writer is closed (expected: no more calls)");
        }
    }

    /** Lets the server have all that waits, once it has dealt with what it got before. */
    private void send() {
        settle();
        underWay = waiting;
        waiting = new LinkedHashMap<>();
        taken = 0;
        bytes = 0;
        deliver();
    }

    private void deliver() {
        try {
            delivery.send(underWay.values());
            isSent = true;
        } catch (RuntimeException e) {
            throw lost(e);
        }
    }

    private SinkException lost(RuntimeException error) {
        isSent = false;
        delivery.disconnect();
        return Failures.of(place, error);
    }

    /**
     * Waits until the server has dealt with the batch that it was sent, or was to be sent. What may succeed at another try
     * stays, and what is refused is told when there is none of that.
     */
    private void settle() {
        if (underWay.isEmpty()) {
            return;
        }
        if (!isSent) {
            deliver();
        }
        List<Trouble> troubles;
        try {
            troubles = delivery.receive();
        } catch (RuntimeException e) {
            throw lost(e);
        }
        List<Refusal> refusals = new ArrayList<>();
        SinkException failure = null;
        for (Trouble trouble : troubles) {
            JedisDataException error = trouble.error();
            if (error == null) {
                trouble.items().forEach(item -> refusals.add(outOfOrder(trouble.key(), item)));
            } else if (Failures.kind(error) == Failures.Kind.KEY) {
                trouble.items().forEach(item -> refusals.add(refused(trouble.key(), item, error)));
            } else if (failure == null) {
                failure = Failures.of(place + ", key " + Text.shown(trouble.key()), error);
            }
        }
        if (failure != null) {
            underWay.keySet().retainAll(troubles.stream().map(Trouble::key).collect(Collectors.toSet()));
            isSent = false;
            delivery.disconnect();
            throw failure;
        }
        underWay = new LinkedHashMap<>();
        refusals.forEach(refusal -> refusal.item().receipt().refuse(refusal.error()));
    }

    /** A stream has newer results than this one. */
    private Refusal outOfOrder(String key, Item item) {
        String message =
                named(key, item) + "older than others of the stream, and not there (expected: results in order of"
                        + " event time, or appendTo())";
        return new Refusal(item, Failures.fatal(message, null));
    }

    private Refusal refused(String key, Item item, JedisDataException error) {
        return new Refusal(item, Failures.fatal(named(key, item) + Failures.text(error), error));
    }

    private String named(String key, Item item) {
        return place + ", key " + Text.shown(key) + " at " + new String(Form.text(item.time()), US_ASCII) + ": ";
    }
}
