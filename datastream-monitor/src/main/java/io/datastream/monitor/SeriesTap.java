package io.datastream.monitor;

import io.datastream.function.Fn;
import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Processor;
import io.datastream.time.EventTime;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
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
 * {@code mapValues}. Of each series the latest values are kept, and of at most so many keys. When a key more comes, the one
 * that has been silent longest makes room if it was silent for a minute, and else the new one is counted and not kept. At
 * the defaults that is 80 MB for 10,000 keys; a key that has had few values takes little.
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
    private final Fn<? super T, ?> key;
    private final Fn<? super T, Instant> time;
    private final ToDoubleFn<? super T> value;
    private final @Nullable Fn<? super T, Window> window;
    private final @Nullable Fn<? super T, @Nullable String> mark;
    private final @Nullable Duration gap;
    private final int points;
    private final int series;

    private transient @Nullable SeriesStore store;

    private SeriesTap(
            String id,
            String name,
            Fn<? super T, ?> key,
            Fn<? super T, Instant> time,
            ToDoubleFn<? super T> value,
            @Nullable Fn<? super T, Window> window,
            @Nullable Fn<? super T, @Nullable String> mark,
            @Nullable Duration gap,
            int points,
            int series) {
        this.id = id;
        this.name = name;
        this.key = key;
        this.time = time;
        this.value = value;
        this.window = window;
        this.mark = mark;
        this.gap = gap;
        this.points = points;
        this.series = series;
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
        return new SeriesTap<>(
                UUID.randomUUID().toString(), name, key, time, value, null, null, null, DEFAULT_POINTS, DEFAULT_SERIES);
    }

    /** A tap of the results of windows, drawn at the end of their window, with the window's edges. */
    public static <K, R> SeriesTap<Windowed<K, R>> ofWindows(String name, ToDoubleFn<? super R> value) {
        return new SeriesTap<Windowed<K, R>>(
                UUID.randomUUID().toString(),
                name,
                Windowed::key,
                result -> result.window().end(),
                result -> value.applyAsDouble(result.value()),
                Windowed::window,
                null,
                null,
                DEFAULT_POINTS,
                DEFAULT_SERIES);
    }

    /**
     * The same tap with marks on some values, such as {@code late} or the reason why one is an outlier.
     *
     * @param newMark the mark of a record; null for none
     */
    public SeriesTap<T> withMarks(Fn<? super T, @Nullable String> newMark) {
        return new SeriesTap<>(id, name, key, time, value, window, newMark, gap, points, series);
    }

    /** The same tap, which draws no line between values that lie further apart than this. */
    public SeriesTap<T> withGapsAfter(Duration newGap) {
        if (newGap.isNegative() || newGap.isZero()) {
            throw new IllegalArgumentException("gap: " + newGap + " (expected: > 0)");
        }
        return new SeriesTap<>(id, name, key, time, value, window, mark, newGap, points, series);
    }

    /** The same tap, which keeps so many values of each series. Default: {@link #DEFAULT_POINTS}. */
    public SeriesTap<T> withPoints(int most) {
        if (most < 2 || most > 1_000_000) {
            throw new IllegalArgumentException("points: " + most + " (expected: 2 to 1000000)");
        }
        return new SeriesTap<>(id, name, key, time, value, window, mark, gap, most, series);
    }

    /** The same tap, which keeps so many series. Default: {@link #DEFAULT_SERIES}. */
    public SeriesTap<T> withSeries(int most) {
        if (most < 1 || most > 1_000_000) {
            throw new IllegalArgumentException("series: " + most + " (expected: 1 to 1000000)");
        }
        return new SeriesTap<>(id, name, key, time, value, window, mark, gap, points, most);
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
            known = SeriesStore.shared(id, series, points, window != null);
            store = known;
        }
        return known;
    }

    /** Hands the record on. */
    @Override
    public T process(T data) {
        SeriesStore into = store();
        try {
            long nanos = EventTime.nanos(time.apply(data));
            long start = window == null ? nanos : window.apply(data).startNanos();
            String text = mark == null ? null : mark.apply(data);
            into.add(String.valueOf(key.apply(data)), nanos, start, value.applyAsDouble(data), text);
        } catch (Exception e) { // what is only looked at must not fail
            into.failed(e);
        }
        return data;
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
