package io.datastream.redis;

import io.datastream.codec.Encoder;
import io.datastream.function.Fn;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.time.Duration;

/**
 * Writes results to Redis, from version 6.2: the latest result of each series, streams, or sets in order of time.
 *
 * <p><b>Keys and values.</b> The key of a result is a prefix and the text of a function, as UTF-8; its value is what an
 * {@link Encoder} makes of it, any bytes. Both travel as counted bytes, so none is ever taken for a command. Event times are
 * written as {@code 2024-01-01T00:00:00.000000000Z}, always with nine digits, so their order is that of their
 * characters.
 *
 * <p><b>Delivery.</b> What is written again after a crash changes nothing, with one exception:
 * <ul>
 *   <li>{@link #latest}: a result never replaces one with a later event time. {@link Guarantee#EFFECTIVELY_ONCE}.
 *   <li>{@link #stream}: ids are made of event times, and what is there already is left out.
 *       {@link Guarantee#EFFECTIVELY_ONCE}, for results that come in order of event time for each stream, as those of one
 *       key do.
 *   <li>{@link #appendTo}: a stream in any order, with ids of the server. {@link Guarantee#AT_LEAST_ONCE}.
 *   <li>{@link #timeOrdered}: a member is its time and its bytes. {@link Guarantee#EFFECTIVELY_ONCE}.
 * </ul>
 * The server holds all results when the pipeline commits. Whether they outlive a crash of the server is its own setting:
 * only with {@code appendonly yes} and {@code appendfsync always} it keeps all that it has confirmed.
 *
 * <p><b>Errors.</b> A lost connection, a server that starts, is full, or has become a replica is retryable: the batch is
 * kept, and the next call goes on with a new connection. A result whose key holds something of another kind, one out of
 * order in a stream, and one whose key or value cannot be written, are refused one by one: the error policy of the step says
 * what becomes of each, and its neighbours are written. Anything else is fatal. No message holds a password or a value.
 *
 * <p>A sink is immutable: each method gives a changed copy. Its writers hold one connection and at most two batches each:
 * one that the server works on, and one that is gathered.
 *
 * @param <T> the results
 */
public final class RedisSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;

    /** Results that are sent together, unless {@link #withBatch} says otherwise: {@value}. */
    public static final int DEFAULT_BATCH_RESULTS = 500;

    /** How long a result waits for others while more are coming, unless {@link #withBatch} says otherwise: 200 ms. */
    public static final Duration DEFAULT_BATCH_TIME = Duration.ofMillis(200);

    private static final int MOST_RESULTS = 10_000;
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Definition<T> definition;
    private final RedisConnection connection;

    private RedisSink(Definition<T> definition, RedisConnection connection) {
        this.definition = definition;
        this.connection = connection;
    }

    private static <T> RedisSink<T> of(
            Form form, String prefix, Fn<? super T, String> key, Encoder<? super T> value, RedisConnection connection) {
        Definition<T> definition = new Definition<>(
                form, prefix, key, value, 0, 0, 0, DEFAULT_BATCH_RESULTS, DEFAULT_BATCH_TIME.toNanos());
        return new RedisSink<>(definition, connection);
    }

    /**
     * The latest result of each key, by event time: a hash with the fields {@code time} and {@code value}. Of results with
     * the same time, the one written last counts.
     *
     * @param prefix what stands before each key, such as {@code mean:}; may be empty
     * @param key the rest of a result's key, such as its sensor
     * @param value the bytes of a result
     */
    public static <T> RedisSink<T> latest(
            String prefix, Fn<? super T, String> key, Encoder<? super T> value, RedisConnection connection) {
        return of(Form.LATEST, prefix, key, value, connection);
    }

    /**
     * A stream for each key, with an entry for each result: the fields {@code time} and {@code value}, and an id made of
     * the event time, its milliseconds before the hyphen, so that {@code XRANGE} finds results by time.
     *
     * <p>Results of a stream must come in order of event time. That is so where the key of the stream is a key of the
     * pipeline, after windows and steps with state, and where one partition holds all records of a key in order. A result
     * that is older than the newest of its stream and not there yet is refused. Results of the same time are told apart by
     * their bytes, so of several that are equal in both there is one entry. Event times begin in 1970.
     *
     * @param prefix what stands before each key, such as {@code means:}; may be empty
     * @param key the rest of a result's key, such as its sensor
     * @param value the bytes of a result
     */
    public static <T> RedisSink<T> stream(
            String prefix, Fn<? super T, String> key, Encoder<? super T> value, RedisConnection connection) {
        return of(Form.STREAM, prefix, key, value, connection);
    }

    /**
     * A stream for each key, with an entry for each result in the order of writing: the fields {@code time} and
     * {@code value}, and an id that the server makes. After a crash some entries may be there twice.
     *
     * @param prefix what stands before each key, such as {@code alerts:}; may be empty
     * @param key the rest of a result's key, such as its sensor
     * @param value the bytes of a result
     */
    public static <T> RedisSink<T> appendTo(
            String prefix, Fn<? super T, String> key, Encoder<? super T> value, RedisConnection connection) {
        return of(Form.APPENDED, prefix, key, value, connection);
    }

    /**
     * A sorted set for each key, with a member for each result, in any order: its score is the event time in milliseconds,
     * and its bytes are the time as text of 30 characters, a blank and the value, so that members of the same millisecond
     * are in order too. Of several results that are equal in time and bytes there is one member.
     *
     * @param prefix what stands before each key, such as {@code recent:}; may be empty
     * @param key the rest of a result's key, such as its sensor
     * @param value the bytes of a result
     */
    public static <T> RedisSink<T> timeOrdered(
            String prefix, Fn<? super T, String> key, Encoder<? super T> value, RedisConnection connection) {
        return of(Form.TIME_ORDERED, prefix, key, value, connection);
    }

    /** The same with keys that go when they have not been written for this long, by the server's clock; from 1 ms. */
    public RedisSink<T> withTimeToLive(Duration time) {
        return new RedisSink<>(definition.withTimeToLive(millis("time to live", time)), connection);
    }

    /**
     * The same with entries that go when they are older than the newest of their key by more than this; from 1 ms. Their
     * age is by event time, and of {@link #appendTo} by the time of writing.
     */
    public RedisSink<T> withRetention(Duration age) {
        requireSeveral("retention: " + age);
        return new RedisSink<>(definition.withRetention(millis("retention", age)), connection);
    }

    /** The same with at most this many entries for a key, the newest. */
    public RedisSink<T> withMaxLength(long entries) {
        requireSeveral("max length: " + entries);
        if (entries < 1 || entries > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("max length: " + entries + " (expected: from 1 to 2147483647)");
        }
        return new RedisSink<>(definition.withMaxLength(entries), connection);
    }

    private void requireSeveral(String what) {
        if (definition.form() == Form.LATEST) {
            throw new IllegalStateException(what + " (expected: a stream or a sorted set; a key of latest() holds one"
                    + " result, see withTimeToLive())");
        }
    }

    /**
     * Sets how results are gathered before they are sent. A batch of 4 MiB is sent in any case.
     *
     * @param results results that are sent together, from 1 to 10,000
     * @param longest how long a result waits for others while more are coming; a commit sends it in any case
     */
    public RedisSink<T> withBatch(int results, Duration longest) {
        if (results < 1 || results > MOST_RESULTS) {
            throw new IllegalArgumentException("results: " + results + " (expected: from 1 to " + MOST_RESULTS + ")");
        }
        if (longest.isNegative() || longest.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("longest: " + longest + " (expected: from 0 to a day)");
        }
        return new RedisSink<>(definition.withBatch(results, longest.toNanos()), connection);
    }

    private static long millis(String what, Duration time) {
        if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + ": " + time + " (expected: from 1 ms to 100 years)");
        }
        return time.toMillis();
    }

    /** The prefix of its keys, or {@code redis} where there is none. */
    @Override
    public String name() {
        return definition.prefix().isEmpty() ? "redis" : definition.prefix();
    }

    @Override
    public Guarantee guarantee() {
        return definition.form().guarantee();
    }

    /**
     * Connects.
     *
     * @throws SinkException if the server cannot be reached, which is retryable, or does not let it in
     */
    @Override
    public SinkWriter<T> open(SinkContext context) {
        return new RedisWriter<>(definition, connection, context, System::nanoTime).opened();
    }

    /** What it writes to, without secrets. */
    @Override
    public String toString() {
        return "RedisSink[" + definition.form() + " " + definition.prefix() + "* of " + connection + "]";
    }
}
