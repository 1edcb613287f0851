package io.datastream;

import io.datastream.aggregate.Aggregation;
import io.datastream.error.Late;
import io.datastream.plan.Node;
import io.datastream.plan.Node.WindowNode;
import io.datastream.processor.SideOutput;
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

    WindowedStream(Node node, Windows windows, @Nullable SideOutput<Late<T>> late) {
        this.node = node;
        this.windows = windows;
        this.late = late;
    }

    /** The same windows; records that come too late for them leave by the side output of the aggregated stream. */
    public WindowedStream<K, T> withLate(SideOutput<Late<T>> late) {
        return new WindowedStream<>(node, windows, late);
    }

    /**
     * One result for each window of each key, final, when the watermark has passed the window's end. Its time is the
     * last nanosecond of the window; for {@link io.datastream.time.Rolling} windows, the time of the record.
     */
    public <R> KeyedStream<K, Windowed<K, R>> aggregate(Aggregation<? super T, ?, ? extends R> aggregation) {
        return new KeyedStream<>(new WindowNode(node, windows, aggregation, late));
    }
}
