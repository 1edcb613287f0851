package io.datastream.source;

import io.datastream.codec.CodecException;
import io.datastream.function.ToLongFn;
import io.datastream.source.SourceReader.Collector;
import io.datastream.source.SourceReader.Status;
import io.datastream.time.EventTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One of the files that are merged, with its next record. */
final class MergedFile<T> implements Collector<T>, Comparable<MergedFile<T>> {
    private final int number;
    private final String name;
    private final SourceReader<T> reader;
    private final ToLongFn<? super T> time;
    private boolean filled;
    private long nextTime;
    private long logNanos;
    private @Nullable T value;
    private @Nullable CodecException error;
    private byte @Nullable [] original;

    MergedFile(int number, String name, SourceReader<T> reader, ToLongFn<? super T> time) {
        this.number = number;
        this.name = name;
        this.reader = reader;
        this.time = time;
    }

    /** Goes to the next record; false at the end. */
    boolean advance() {
        filled = false;
        Status status = Status.MORE;
        while (!filled && status != Status.END) {
            status = reader.poll(1, this);
        }
        return filled;
    }

    void hand(long offset, @Nullable Collector<? super T> out) {
        if (out == null) {
            return;
        }
        if (error != null) {
            out.malformed(offset, logNanos, error, original);
        } else {
            out.record(offset, logNanos, Objects.requireNonNull(value), original);
        }
    }

    @Override
    public void record(long offset, long logNanos, T value, byte @Nullable [] original) {
        this.logNanos = logNanos;
        this.value = value;
        this.error = null;
        this.original = original;
        this.filled = true;
        try {
            nextTime = time.applyAsLong(value);
        } catch (Exception undated) {
            nextTime = EventTime.MIN; // at once; what is wrong with it is told when the source dates it
        }
    }

    @Override
    public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
        this.logNanos = logNanos;
        this.value = null;
        this.error = error.at(name);
        this.original = original;
        this.filled = true;
        this.nextTime = EventTime.MIN;
    }

    @Override
    public int compareTo(MergedFile<T> other) {
        int byTime = Long.compare(nextTime, other.nextTime);
        return byTime != 0 ? byTime : Integer.compare(number, other.number);
    }

    void close() {
        reader.close();
    }
}
