package io.datastream.runtime;

import io.datastream.codec.CodecException;
import io.datastream.engine.SourceTask;
import io.datastream.error.Original;
import io.datastream.source.SourceReader;
import io.datastream.source.SourceReader.Status;
import io.datastream.time.EventTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One source partition as a worker reads it: its reader, its task, and what is known of its idleness. */
final class SourceFeed implements SourceReader.Collector<Object> {
    final String id;

    /** The name of the partition, such as {@code readings-3}. */
    final String name;

    final int stage;
    final SourceTask task;
    final TaskMeters meters;
    final @Nullable Duration idleAfter;
    private final SourceReader<?> reader;

    long position;
    Status status = Status.MORE;

    /** When the last record came, by the clock, in nanoseconds since the epoch. */
    long lastRecord;

    /** The watermark that stages after this one were told last. */
    long announced = EventTime.MIN;

    /** The watermark of the partition itself, for others to read. */
    volatile long watermark = EventTime.MIN;

    /** Whether the partition holds nothing back, for others to read. */
    volatile boolean idle;

    volatile boolean ended;

    SourceFeed(
            String id,
            String name,
            int stage,
            SourceTask task,
            SourceReader<?> reader,
            TaskMeters meters,
            @Nullable Duration idleAfter,
            long position,
            long now) {
        this.id = id;
        this.name = name;
        this.stage = stage;
        this.task = task;
        this.reader = reader;
        this.meters = meters;
        this.idleAfter = idleAfter;
        this.position = position;
        this.lastRecord = now;
    }

    /** Reads a batch. Returns whether there were records. */
    boolean poll(int max, long now) {
        long before = position;
        status = reader.poll(max, this);
        if (position > before) {
            lastRecord = now;
        }
        if (status == Status.END) {
            end();
        }
        watermark = task.watermark();
        return position > before;
    }

    void end() {
        task.end();
        ended = true;
        watermark = EventTime.MAX;
        reader.close();
    }

    /** Whether the partition has been read to its end and was quiet for long enough. */
    boolean isIdle(long now) {
        return !ended
                && idleAfter != null
                && status == Status.CAUGHT_UP
                && now - lastRecord >= EventTime.nanos(idleAfter);
    }

    @Override
    public void record(long offset, long logNanos, Object value, byte @Nullable [] original) {
        position = offset + 1;
        task.record(offset, logNanos, value, original);
    }

    @Override
    public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
        position = offset + 1;
        task.malformed(offset, logNanos, error, original);
    }

    /** The record that is being handed over. */
    @Nullable
    Original original() {
        return reader.original();
    }

    String evidence(long now) {
        if (ended) {
            return "ended";
        }
        if (status == Status.MORE) {
            return "reading";
        }
        String quiet = "read to its end, quiet for " + Duration.ofMillis((now - lastRecord) / 1_000_000);
        if (idle) {
            return quiet + ", idle: holds nothing back";
        }
        return quiet + (idleAfter == null ? ", holds the watermark back" : ", idle after " + idleAfter);
    }

    void close() {
        if (!ended) {
            reader.close();
        }
        task.close();
    }
}
