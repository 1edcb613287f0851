package io.datastream.influxdb;

import io.datastream.function.Fn;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.time.EventTime;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes results into InfluxDB 1, 2 or 3 as line protocol, a point for each.
 *
 * <pre>{@code
 * InfluxSink.into("readings", Reading.class, InfluxConnection.v1("http://localhost:8086", "metrics"))
 *         .tagged("sensor")
 *         .at(Reading::time)
 *         .without("time");
 * }</pre>
 *
 * <p><b>Points.</b> Of a record, the components named by {@link #tagged} are tags and all others are fields, in snake case
 * ({@code vwapPrice} goes to {@code vwap_price}); those of a record within it have the outer name before theirs. Of a window's
 * result ({@link #windowsInto}) the key is made of tags, the value of fields, and the time is the window's start.
 * {@link #tag} and {@link #field} add further ones. Fields take floating-point numbers, whole numbers of up to 64 bits,
 * booleans, texts, characters and enums; tags take texts, whole numbers, booleans, enums and UUIDs. A null is left out, and
 * so is a tag that is an empty text. {@code NaN} and infinities cannot be written: the result is refused, or, with
 * {@link #leavingOutNaN}, goes without that field. The time is the result's event time in nanoseconds, unless {@link #at} says
 * otherwise.
 *
 * <p><b>Delivery.</b> A point replaces the fields of the one with the same measurement, tags and time, so a result that is
 * written again after a crash changes nothing: {@link Guarantee#EFFECTIVELY_ONCE}. So two results of one pipeline must differ
 * in one of the three, or the later one counts.
 *
 * <p><b>Names and values</b> are escaped; what the format cannot hold, such as a line break in a tag, is refused, never changed.
 *
 * <p><b>Errors.</b> A lost connection, a server that is overloaded (429, then as late as its {@code Retry-After} says) or
 * failing (5xx) is retryable: the batch is kept. A line that the server refuses is found by what it says, or by sending parts
 * of the batch, and named; all others are written, and the policy of {@code to(sink, policy)} says what becomes of it. A missing
 * database, and a user or token that is not let in, is fatal. No message holds a secret.
 *
 * <p>A sink is immutable: each method gives a changed copy. Its writers hold at most one batch each, and share connections
 * with nobody.
 *
 * @param <T> the results
 */
public final class InfluxSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;

    /** Lines that are sent together, unless {@link #withBatch} says otherwise: {@value}. */
    public static final int DEFAULT_BATCH_LINES = 5_000;

    /** How long a line waits for others while results keep coming, unless {@link #withBatch} says otherwise: 1 s. */
    public static final Duration DEFAULT_BATCH_TIME = Duration.ofSeconds(1);

    private final Definition<T> definition;
    private final InfluxConnection connection;

    private InfluxSink(Definition<T> definition, InfluxConnection connection) {
        this.definition = definition;
        this.connection = connection;
    }

    /** Points of this measurement, with tags and fields given one by one by {@link #tag} and {@link #field}. */
    public static <T> InfluxSink<T> into(String measurement, InfluxConnection connection) {
        return new InfluxSink<>(Definition.of(measurement, List.of()), connection);
    }

    /** Points of this measurement, made of records of this class. */
    public static <T> InfluxSink<T> into(String measurement, Class<T> type, InfluxConnection connection) {
        return new InfluxSink<>(
                Definition.of(measurement, List.of(new Part("value", type, false, value -> value))), connection);
    }

    /**
     * Points of this measurement, made of the results of windows: tags of the key, fields of the value, at the start of the
     * window.
     *
     * @param key class of the key: a text, a number, an enum, which is the tag {@code key}, or a record of such
     * @param value class of the value: a number, a text, a boolean, which is the field {@code value}, or a record of such
     */
    public static <K, R> InfluxSink<Windowed<K, R>> windowsInto(
            String measurement, Class<K> key, Class<R> value, InfluxConnection connection) {
        List<Part> parts = List.of(
                new Part("key", key, true, result -> ((Windowed<?, ?>) result).key()),
                new Part("value", value, false, result -> ((Windowed<?, ?>) result).value()));
        return new InfluxSink<Windowed<K, R>>(Definition.of(measurement, parts), connection)
                .at(result -> result.window().start());
    }

    /** Says which components of the record are tags, by their names in snake case. */
    public InfluxSink<T> tagged(String... components) {
        Set<String> tags = new TreeSet<>(definition.tags());
        tags.addAll(List.of(components));
        return new InfluxSink<>(definition.withTags(tags), connection);
    }

    /** Leaves out components of the record, by their names in snake case. */
    public InfluxSink<T> without(String... components) {
        Set<String> names = new TreeSet<>(definition.without());
        names.addAll(List.of(components));
        return new InfluxSink<>(definition.withWithout(names), connection);
    }

    /** Adds a tag. */
    public InfluxSink<T> tag(String name, Fn<? super T, ?> value) {
        return with(new Column(name, true, read(value)));
    }

    /** Adds a field. */
    public InfluxSink<T> field(String name, Fn<? super T, ?> value) {
        return with(new Column(name, false, read(value)));
    }

    @SuppressWarnings("unchecked") // the function is only called with results of this sink
    private static <T> Reader read(Fn<? super T, ?> value) {
        return ((Fn<Object, ?>) value)::apply;
    }

    private InfluxSink<T> with(Column column) {
        List<Column> more = new ArrayList<>(definition.given());
        Set<String> names = new HashSet<>();
        more.forEach(known -> names.add(known.name()));
        if (!names.add(column.name())) {
            throw new IllegalArgumentException("name: \"" + column.name() + "\" is there twice (expected: once)");
        }
        more.add(column);
        return new InfluxSink<>(definition.withGiven(more), connection);
    }

    /** Takes the measurement from each result. */
    public InfluxSink<T> measuring(Fn<? super T, String> measurement) {
        return new InfluxSink<>(definition.withMeasurementOf(measurement), connection);
    }

    /** Takes the time of a point from its result, instead of the event time. */
    public InfluxSink<T> at(Fn<? super T, Instant> time) {
        return new InfluxSink<>(definition.withTimeNanos(value -> EventTime.nanos(time.apply(value))), connection);
    }

    /** Leaves out fields that are {@code NaN} or infinite, instead of refusing the result. */
    public InfluxSink<T> leavingOutNaN() {
        return new InfluxSink<>(definition.withoutNaN(), connection);
    }

    /**
     * Sets how lines are gathered before they are sent. A batch has at most 4 MiB in any case.
     *
     * @param lines lines that are sent together, from 1 to 100,000
     * @param longest how long a line waits for others while results keep coming; a commit sends it in any case
     */
    public InfluxSink<T> withBatch(int lines, Duration longest) {
        if (lines < 1 || lines > 100_000) {
            throw new IllegalArgumentException("lines: " + lines + " (expected: from 1 to 100000)");
        }
        if (longest.isNegative() || longest.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("longest: " + longest + " (expected: from 0 to a day)");
        }
        return new InfluxSink<>(definition.withBatch(lines, longest.toNanos()), connection);
    }

    @Override
    public String name() {
        return definition.measurement();
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.EFFECTIVELY_ONCE;
    }

    @Override
    public SinkWriter<T> open(SinkContext context) {
        Points<T> points = new Points<>(definition);
        String place = "measurement \"" + name() + "\"";
        return new InfluxWriter<>(points, place, connection.open(place), definition, context, System::nanoTime);
    }

    /** What it writes to, without secrets. */
    @Override
    public String toString() {
        return "measurement \"" + name() + "\" of " + connection;
    }
}
