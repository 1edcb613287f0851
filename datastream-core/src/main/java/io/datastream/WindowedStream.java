package io.datastream;

import io.datastream.aggregate.Aggregation;
import io.datastream.error.Late;
import io.datastream.function.Condition;
import io.datastream.plan.Explained;
import io.datastream.plan.Node;
import io.datastream.plan.Node.WindowNode;
import io.datastream.processor.SideOutput;
import io.datastream.time.Counted;
import io.datastream.time.Rolling;
import io.datastream.time.Windowed;
import io.datastream.time.Windows;
import org.jspecify.annotations.Nullable;

/**
 * Records grouped by key and window. An aggregation is the only way on.
 *
 * @param <K> the key
 * @param <T> the records
 */
public final class WindowedStream<K, T> {
    private final Node node;
    private final Windows windows;
    private final @Nullable SideOutput<Late<T>> late;
    private final @Nullable Explained explained;

    WindowedStream(Node node, Windows windows, @Nullable SideOutput<Late<T>> late, @Nullable Explained explained) {
        this.node = node;
        this.windows = windows;
        this.late = late;
        this.explained = explained;
    }

    /** The same windows; records that come too late for them leave by the side output of the aggregated stream. */
    public WindowedStream<K, T> withLate(SideOutput<Late<T>> late) {
        return new WindowedStream<>(node, windows, late, explained);
    }

    /**
     * The same windows, of which each task remembers the last {@link Explained#DEFAULT_WINDOWS}, so that
     * {@link io.datastream.runtime.PipelineController#explain} can tell what they were made from.
     *
     * @throws IllegalArgumentException for counted and rolling windows, which cannot be explained
     */
    public WindowedStream<K, T> explained() {
        return explained(Explained.DEFAULT_WINDOWS);
    }

    /**
     * The same windows, of which each task remembers some, so that
     * {@link io.datastream.runtime.PipelineController#explain} can tell what they were made from: the ranges of offsets
     * and the numbers of records by origin, those that were left out, and when and why the window closed. Results are the
     * same bytes.
     *
     * <p>A closed window takes about 60 bytes for each origin of its records, and each late or failed record as much; of sliding
     * windows that holds for each slice of their grid. It is kept in memory alone: a restart forgets it, and so does the
     * move of a partition to another process.
     *
     * @param windows how many of them, of all keys of a task together; the oldest are forgotten
     * @throws IllegalArgumentException for counted and rolling windows, which cannot be explained
     */
    public WindowedStream<K, T> explained(int windows) {
        return explained(new Explained(windows, null));
    }

    /**
     * The same as {@link #explained(int)}; it also tells how many of a window's records were filled in by a step before,
     * such as points that were interpolated.
     *
     * @param filled which were; a record for which it throws counts as not filled in
     */
    public WindowedStream<K, T> explained(int windows, Condition<? super T> filled) {
        @SuppressWarnings("unchecked") // it is only asked about records of this stream
        Condition<Object> any = (Condition<Object>) filled;
        return explained(new Explained(windows, any));
    }

    private WindowedStream<K, T> explained(Explained how) {
        if (windows instanceof Counted || windows instanceof Rolling) {
            throw new IllegalArgumentException("explained windows: " + windows.describe()
                    + " (expected: tumbling, sliding, calendar or session windows)");
        }
        return new WindowedStream<>(node, windows, late, how);
    }

    /**
     * One result for each window of each key, final, when the watermark has passed the window's end. Its time is the
     * last nanosecond of the window; for {@link io.datastream.time.Rolling} windows, the time of the record.
     */
    public <R> KeyedStream<K, Windowed<K, R>> aggregate(Aggregation<? super T, ?, ? extends R> aggregation) {
        return new KeyedStream<>(new WindowNode(node, windows, aggregation, late, explained));
    }
}
