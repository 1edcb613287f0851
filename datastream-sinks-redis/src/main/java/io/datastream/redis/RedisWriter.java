package io.datastream.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.CodecException;
import io.datastream.redis.Form.Item;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Writes the results of one task. A full batch is sent before the next result is taken, so that a call that failed for a
 * lost connection can be repeated: nothing of its result has been kept.
 *
 * <p>A batch is one call of the script, in which the results of a key are written one after the other, so those of a key
 * never overtake each other.
 */
final class RedisWriter<T> implements SinkWriter<T> {
    private static final int LONGEST_SHOWN = 60;

    /** A batch of this size is sent although it has few results: far below what a server takes from one client. */
    private static final long BATCH_BYTES = 4 * 1024 * 1024;

    private final Definition<T> definition;
    private final SinkContext context;
    private final LongSupplier nanoTime;
    private final String place;
    private final Link link;
    private final List<byte[]> limits;
    private final Map<String, Batch> waiting = new LinkedHashMap<>();
    private int taken;
    private long bytes;
    private long oldestNanos;
    private boolean closed;

    /** The results of a key that wait. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Batch(byte[] key, List<Item> items) {
        long bytes() {
            return items.stream()
                    .mapToLong(item -> key.length + item.value().length)
                    .sum();
        }
    }

    /** A result that the server does not take. */
    private record Refusal(Item item, SinkException error) {}

    RedisWriter(Definition<T> definition, RedisConnection connection, SinkContext context, LongSupplier nanoTime) {
        this.definition = definition;
        this.context = context;
        this.nanoTime = nanoTime;
        this.place = connection.toString();
        this.link = new Link(connection, definition.form().script());
        this.limits = List.of(
                Form.number(definition.maxLength()),
                Form.number(definition.retentionMillis()),
                Form.number(definition.timeToLiveMillis()));
    }

    /** Connects, so that what is wrong shows at the start. */
    RedisWriter<T> opened() {
        try {
            link.connected();
            return this;
        } catch (RuntimeException e) {
            throw Failures.of(place, e);
        }
    }

    @Override
    public void write(long time, T value) {
        checkOpen();
        if (isDue()) {
            send();
        }
        String key = key(value);
        Batch known = waiting.get(key);
        Batch batch = known == null ? new Batch(bytes(key), new ArrayList<>()) : known;
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
            throw new CodecException(place + ", key " + shown(key) + ": " + objection);
        }
        return new Item(time, encoded(key, value), context.receipt());
    }

    private byte[] encoded(String key, T value) {
        byte[] encoded;
        try {
            encoded = definition.value().encode(value);
        } catch (RuntimeException e) {
            throw new CodecException(place + ", key " + shown(key) + ": value: cannot be written: " + e, e);
        }
        if (encoded == null) {
            throw new CodecException(place + ", key " + shown(key) + ": value: null (expected: bytes)");
        }
        return encoded;
    }

    @Override
    public void flush() {
        checkOpen();
        if (taken > 0) {
            send();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            link.discard();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(place + ": the writer is closed (expected: no more calls)");
        }
    }

    /** Sends all that waits. What may succeed at another try stays, and what is refused is told when there is none of that. */
    private void send() {
        List<Object> troubles;
        try {
            troubles = link.run(waiting.values().stream().map(Batch::key).toList(), arguments());
        } catch (RuntimeException e) {
            link.discard();
            throw Failures.of(place, e);
        }
        List<String> keys = List.copyOf(waiting.keySet());
        Set<String> unfinished = new HashSet<>();
        List<Refusal> refusals = new ArrayList<>();
        SinkException failure = null;
        for (Object trouble : troubles) {
            List<?> parts = (List<?>) trouble;
            String key = keys.get(Math.toIntExact((Long) parts.get(0)) - 1);
            int number = Math.toIntExact((Long) parts.get(1));
            unfinished.add(key);
            if (number > 0) {
                refusals.add(outOfOrder(key, number));
                continue;
            }
            JedisDataException error = new JedisDataException(new String((byte[]) parts.get(2), UTF_8));
            if (Failures.kind(error) == Failures.Kind.KEY) {
                refusals.addAll(refused(key, error));
            } else if (failure == null) {
                failure = Failures.of(place + ", key " + shown(key), error);
            }
        }
        if (failure != null) {
            waiting.keySet().retainAll(unfinished);
            recount();
            link.discard();
            throw failure;
        }
        waiting.clear();
        recount();
        refusals.forEach(refusal -> refusal.item().receipt().refuse(refusal.error()));
    }

    private List<byte[]> arguments() {
        List<byte[]> words = new ArrayList<>(limits);
        for (Batch batch : waiting.values()) {
            words.add(Form.number(batch.items().size()));
            batch.items().forEach(item -> definition.form().arguments(item, words));
        }
        return words;
    }

    private void recount() {
        taken = waiting.values().stream()
                .mapToInt(batch -> batch.items().size())
                .sum();
        bytes = waiting.values().stream().mapToLong(Batch::bytes).sum();
    }

    /** A stream has newer results than this one of a key, counted from 1. */
    private Refusal outOfOrder(String key, int number) {
        Item item = items(key).get(number - 1);
        String message =
                named(key, item) + "older than others of the stream, and not there (expected: results in order of"
                        + " event time, or appendTo())";
        return new Refusal(item, Failures.fatal(message, null));
    }

    /** The key takes none of its results. */
    private List<Refusal> refused(String key, JedisDataException error) {
        return items(key).stream()
                .map(item -> new Refusal(item, Failures.fatal(named(key, item) + Failures.text(error), error)))
                .toList();
    }

    private List<Item> items(String key) {
        Batch batch = waiting.get(key);
        return batch == null ? List.of() : batch.items();
    }

    private String named(String key, Item item) {
        return place + ", key " + shown(key) + " at " + new String(Form.text(item.time()), US_ASCII) + ": ";
    }

    private static String shown(String key) {
        return "\"" + (key.length() <= LONGEST_SHOWN ? key : key.substring(0, LONGEST_SHOWN) + "...") + "\"";
    }
}
