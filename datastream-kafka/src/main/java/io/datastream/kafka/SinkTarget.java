package io.datastream.kafka;

import io.datastream.runtime.Refusals;
import io.datastream.sink.SinkWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A writer of a sink and what the worker and its sink thread tell each other about it. A sink that is exactly once has one
 * for each partition, whose snapshot is part of the partition's state; any other has one for the worker.
 */
final class SinkTarget {
    /** A snapshot is stored in records of this size, well below what brokers take. */
    static final int PART_BYTES = 128 << 10;

    private final String step;
    private final Refusals refusals;
    private final boolean isKept;
    private final Function<byte @Nullable [], SinkWriter<Object>> opener;

    /** Of the worker: what it has stored, and in how many parts at most. */
    private byte @Nullable [] stored;

    private long parts;

    /** Whether the state is back, so that the writer can be opened. */
    private volatile boolean ready;

    /** Set by the worker when a commit is done, taken back when the writer has been told. */
    private volatile boolean untold;

    /** The snapshot of the last flush. */
    private volatile byte @Nullable [] snapshot;

    private volatile @Nullable SinkWriter<Object> writer;

    /**
     * A writer that is to be opened.
     *
     * @param isKept whether what it needs to go on is kept
     * @param opener opens it, given what was kept
     */
    SinkTarget(String step, Refusals refusals, boolean isKept, Function<byte @Nullable [], SinkWriter<Object>> opener) {
        this.step = step;
        this.refusals = refusals;
        this.isKept = isKept;
        this.opener = opener;
    }

    String step() {
        return step;
    }

    Refusals refusals() {
        return refusals;
    }

    // by the worker

    /** Takes the parts of the last snapshot back, if there was one. */
    void restore(SortedMap<Long, byte[]> found) {
        int size = found.values().stream().mapToInt(part -> part.length).sum();
        byte[] all = new byte[size];
        int at = 0;
        for (Map.Entry<Long, byte[]> part : found.entrySet()) {
            System.arraycopy(part.getValue(), 0, all, at, part.getValue().length);
            at += part.getValue().length;
        }
        parts = found.size();
        stored = all;
        snapshot = all;
    }

    /** Now the writer can be opened. */
    void ready() {
        ready = true;
    }

    boolean isReady() {
        return ready;
    }

    /** Whether the writer is open and knows what is committed. */
    boolean isSettled() {
        return !ready || (writer != null && !untold);
    }

    /** All that was flushed is committed. */
    void committed() {
        untold = true;
    }

    /** Whether the snapshot is another than the one that was asked for last. */
    boolean hasChanged() {
        return !Arrays.equals(stored, snapshot);
    }

    /** Takes a part of a snapshot, null for one that is gone. */
    interface Parts {
        void part(long number, byte @Nullable [] bytes);
    }

    /** Gives a changed snapshot. */
    void changes(Parts changed) {
        byte[] now = snapshot;
        if (now == null || !hasChanged()) {
            return;
        }
        long number = 0;
        for (int at = 0; at < now.length || number == 0; at += PART_BYTES) {
            changed.part(number++, Arrays.copyOfRange(now, at, Math.min(now.length, at + PART_BYTES)));
        }
        for (long gone = number; gone < parts; gone++) {
            changed.part(gone, null);
        }
        parts = Math.max(parts, number);
        stored = now;
    }

    // by the sink thread

    /** Opens the writer, or tells it of the last commit, where that is still to be done. */
    void settle() {
        SinkWriter<Object> open = writer();
        if (untold) {
            refusals.calling(open::committed);
            untold = false;
        }
    }

    SinkWriter<Object> writer() {
        SinkWriter<Object> open = writer;
        if (open == null) {
            open = opener.apply(stored);
            writer = open;
        }
        return open;
    }

    void flush() {
        SinkWriter<Object> open = writer();
        refusals.whileFlushing(open::flush);
        if (isKept) {
            snapshot = open.snapshot();
        }
    }

    void complete() {
        refusals.calling(writer()::complete);
    }

    void close() {
        SinkWriter<Object> open = writer;
        if (open != null) {
            refusals.calling(open::close);
        }
    }
}
