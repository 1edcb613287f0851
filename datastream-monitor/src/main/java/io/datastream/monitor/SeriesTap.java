package io.datastream.monitor;

import io.datastream.function.BiFn;
import io.datastream.function.Condition;
import io.datastream.function.Fn;
import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Processor;
import io.datastream.time.EventTime;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lets the page of a monitor draw the values of a stream: one series for each key. Put it into the chain, where it hands
 * every record on as it is, and give it to {@link Monitor#withSeries}.
 *
 * <pre>{@code
 * SeriesTap<Reading> tap = SeriesTap.of("readings", Reading::sensor, Reading::time, Reading::value);
 * Pipeline pipeline = Pipeline.from(readings).process(tap) ... ;
 * MonitorServer monitor = Monitor.of(controller).withSeries(tap).start();
 * }</pre>
 *
 * <p>On a {@link io.datastream.Stream} it is a processor, on a {@link io.datastream.KeyedStream} a function for
 * {@code mapValues}; where the records do not name their key, {@link #byKey()} takes that of the stream. Of each series the
 * latest values are kept, and of at most so many keys. When a key more comes, those that were silent for a minute make room,
 * and else the new one is counted and not kept. At the defaults that is 80 MB for 10,000 keys, 40 MB more with windows and
 * 80 MB more with a band; a key that has had few values takes little.
 *
 * <p>What its functions throw is counted and shown, and does not touch the record. A record costs about a
 * quarter of a microsecond. Values are kept in the JVM of the pipeline only, and are gone with it.
 *
 * @param <T> the records
 */
public final class SeriesTap<T> implements Processor<T, T>, Fn<T, T> {
    private static final long serialVersionUID = 1L;

    /** How many values are kept of each series by default. */
    public static final int DEFAULT_POINTS = 500;

    /** How many series are kept by default. */
    public static final int DEFAULT_SERIES = 10_000;

    private final String id;
    private final String name;
    private final Look<T> look;
    private final @Nullable String kind;
    private final @Nullable Duration gap;
    private final int points;
    private final int series;

    private transient @Nullable SeriesStore store;

    /** What is read from a record. */
    private record Look<T>(
            Fn<? super T, ?> key,
            Fn<? super T, Instant> time,
            ToDoubleFn<? super T> value,
            @Nullable Fn<? super T, Window> window,
            @Nullable Fn<? super T, @Nullable String> mark,
            @Nullable Condition<? super T> filled,
            @Nullable ToDoubleFn<? super T> lower,
            @Nullable ToDoubleFn<? super T> upper)
            implements Serializable {}

    /** @param kind of the marks that this tap makes, and nothing else; null if it draws values */
    private SeriesTap(
            String id,
            String name,
            Look<T> look,
            @Nullable String kind,
            @Nullable Duration gap,
            int points,
            int series) {
        this.id = id;
        this.name = name;
        this.look = look;
        this.kind = kind;
        this.gap = gap;
        this.points = points;
        this.series = series;
    }

    private static <T> SeriesTap<T> of(String name, Look<T> look) {
        return new SeriesTap<>(UUID.randomUUID().toString(), name, look, null, null, DEFAULT_POINTS, DEFAULT_SERIES);
    }

    private SeriesTap<T> with(Look<T> newLook) {
        return new SeriesTap<>(id, name, newLook, kind, gap, points, series);
    }

    /**
     * A tap of a stream.
     *
     * @param name shown on the page
     * @param key what tells series apart, shown as text
     * @param time when the value was
     * @param value drawn; {@code NaN} is a hole in the line
     */
    public static <T> SeriesTap<T> of(
            String name, Fn<? super T, ?> key, Fn<? super T, Instant> time, ToDoubleFn<? super T> value) {
        return of(name, new Look<>(key, time, value, null, null, null, null, null));
    }

    /** A tap of records that do not name their key, such as points of a grid. To be used by {@link #byKey()}. */
    public static <T> SeriesTap<T> of(String name, Fn<? super T, Instant> time, ToDoubleFn<? super T> value) {
        return of(
                name,
                any -> {
                    throw new IllegalStateException("tap " + name + ": no key (expected: mapValues(tap.byKey()))");
                },
                time,
                value);
    }

    /** A tap of the results of windows, drawn at the end of their window, with the window's edges. */
    public static <K, R> SeriesTap<Windowed<K, R>> ofWindows(String name, ToDoubleFn<? super R> value) {
        return of(
                name,
                new Look<Windowed<K, R>>(
                        Windowed::key,
                        result -> result.window().end(),
                        result -> value.applyAsDouble(result.value()),
                        Windowed::window,
                        null,
                        null,
                        null,
                        null));
    }

    /**
     * The same tap with marks on some values, such as the reason why one is an outlier.
     *
     * @param newMark the mark of a record; null for none
     */
    public SeriesTap<T> withMarks(Fn<? super T, @Nullable String> newMark) {
        return with(
                new Look<>(look.key, look.time, look.value, look.window, newMark, look.filled, look.lower, look.upper));
    }

    /** The same tap, which draws values apart that were filled in and not measured, such as interpolated ones. */
    public SeriesTap<T> withFilled(Condition<? super T> isFilled) {
        return with(
                new Look<>(look.key, look.time, look.value, look.window, look.mark, isFilled, look.lower, look.upper));
    }

    /**
     * The same tap with a band between two values, such as the bounds of what is no outlier. It has a hole where one of them
     * is {@code NaN}.
     */
    public SeriesTap<T> withBand(ToDoubleFn<? super T> lower, ToDoubleFn<? super T> upper) {
        return with(new Look<>(look.key, look.time, look.value, look.window, look.mark, look.filled, lower, upper));
    }

    /**
     * A tap of another stream that marks values of this one's series and draws none of its own. It is put into the chain as
     * well, and not given to the monitor. Late records are marked in the series of the stream before the window so:
     *
     * <pre>{@code
     * means.side(late).process(tap.marking("late", Late::value))
     * }</pre>
     *
     * @param newKind what the marks are, such as {@code late}; each kind is drawn in a way of its own
     * @param record the record of this tap's stream
     */
    public <R> SeriesTap<R> marking(String newKind, Fn<? super R, ? extends T> record) {
        Look<T> own = look;
        Look<R> other = new Look<>(
                any -> own.key.apply(record.apply(any)),
                any -> own.time.apply(record.apply(any)),
                any -> own.value.applyAsDouble(record.apply(any)),
                own.window == null ? null : any -> own.window.apply(record.apply(any)),
                null,
                null,
                null,
                null);
        return new SeriesTap<>(id, name, other, newKind, gap, points, series);
    }

    /** The same tap, which draws no line between values that lie further apart than this. */
    public SeriesTap<T> withGapsAfter(Duration newGap) {
        if (newGap.isNegative() || newGap.isZero()) {
            throw new IllegalArgumentException("gap: " + newGap + " (expected: > 0)");
        }
        return new SeriesTap<>(id, name, look, kind, newGap, points, series);
    }

    /** The same tap, which keeps so many values of each series. Default: {@link #DEFAULT_POINTS}. */
    public SeriesTap<T> withPoints(int most) {
        if (most < 2 || most > 1_000_000) {
            throw new IllegalArgumentException("points: " + most + " (expected: 2 to 1000000)");
        }
        return new SeriesTap<>(id, name, look, kind, gap, most, series);
    }

    /** The same tap, which keeps so many series. Default: {@link #DEFAULT_SERIES}. */
    public SeriesTap<T> withSeries(int most) {
        if (most < 1 || most > 1_000_000) {
            throw new IllegalArgumentException("series: " + most + " (expected: 1 to 1000000)");
        }
        return new SeriesTap<>(id, name, look, kind, gap, points, most);
    }

    /** This tap as a function for {@code mapValues} that takes the key of the stream. */
    public BiFn<Object, T, T> byKey() {
        return (key, data) -> {
            look(key, data);
            return data;
        };
    }

    /** The name that the page shows. */
    public String name() {
        return name;
    }

    @Nullable
    Duration gap() {
        return gap;
    }

    /** Where the copies of this tap in the tasks of this JVM put what they see. */
    SeriesStore store() {
        SeriesStore known = store;
        if (known == null) {
            known = SeriesStore.shared(id, series, new Ring.Shape(points, look.window != null, look.lower != null));
            store = known;
        }
        return known;
    }

    /** Hands the record on. */
    @Override
    public T process(T data) {
        look(null, data);
        return data;
    }

    /** @param given the key; null if the record names it */
    private void look(@Nullable Object given, T data) {
        SeriesStore into = store();
        try {
            String of = String.valueOf(given == null ? look.key.apply(data) : given);
            long nanos = EventTime.nanos(look.time.apply(data));
            double value = look.value.applyAsDouble(data);
            if (kind != null) {
                into.mark(of, new Ring.Mark(nanos, value, kind, kind));
                return;
            }
            String text = look.mark == null ? null : look.mark.apply(data);
            into.add(
                    of,
                    new Ring.Point(
                            nanos,
                            look.window == null
                                    ? nanos
                                    : look.window.apply(data).startNanos(),
                            value,
                            look.lower == null ? Double.NaN : look.lower.applyAsDouble(data),
                            look.upper == null ? Double.NaN : look.upper.applyAsDouble(data),
                            look.filled != null && look.filled.test(data)));
            if (text != null) {
                into.mark(of, new Ring.Mark(nanos, value, "", text));
            }
        } catch (Exception e) { // what is only looked at must not fail
            into.failed(e);
        }
    }

    /** Hands the record on. */
    @Override
    public T apply(T data) {
        return process(data);
    }

    @Override
    public String toString() {
        return "tap " + name;
    }
}
