package io.datastream.log;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a {@link FileLog} keeps its entries; immutable, each {@code withX} returns a changed copy. */
public final class FileLogOptions {
    /** From which size on a new segment is begun. */
    public static final long DEFAULT_SEGMENT_BYTES = 64L << 20;

    /** How many keys of batches are remembered. */
    public static final int DEFAULT_KEYS = 10_000;

    /** No bound. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    final long segmentBytes;
    final long maxUnread;
    final long maxBytes;
    final @Nullable Duration retention;
    final int keys;
    final Clock clock;

    private FileLogOptions(
            long segmentBytes, long maxUnread, long maxBytes, @Nullable Duration retention, int keys, Clock clock) {
        this.segmentBytes = segmentBytes;
        this.maxUnread = maxUnread;
        this.maxBytes = maxBytes;
        this.retention = retention;
        this.keys = keys;
        this.clock = clock;
    }

    /** Segments of {@link #DEFAULT_SEGMENT_BYTES}, no bounds, nothing deleted, {@link #DEFAULT_KEYS}. */
    public static FileLogOptions defaults() {
        return new FileLogOptions(DEFAULT_SEGMENT_BYTES, UNBOUNDED, UNBOUNDED, null, DEFAULT_KEYS, Clock.systemUTC());
    }

    /**
     * The same with entries deleted some time after they were appended, by whole segments: those of which all entries
     * are older and have been read since the log was opened. What is lost: nothing that was never read; a pipeline that
     * goes on from further back than this finds the entries gone, and fails with their offsets.
     *
     * <p>It is looked after when a segment is begun, which is also done when the last one is older than this: so entries stay
     * for up to twice the time, and while nothing is appended.
     *
     * @param retention more than zero; longer than pipelines may be away. Default: nothing is deleted
     */
    public FileLogOptions withRetention(Duration retention) {
        if (retention.isNegative() || retention.isZero()) {
            throw new IllegalArgumentException("retention: " + retention + " (expected: > 0)");
        }
        return new FileLogOptions(segmentBytes, maxUnread, maxBytes, retention, keys, clock);
    }

    /**
     * The same with a bound of the records that no reader has asked for yet: a batch that would go beyond it is refused,
     * unless everything before it has been read. Before the first reader is opened, all records count.
     *
     * @param records at least 1. Default: {@link #UNBOUNDED}
     */
    public FileLogOptions withMaxUnread(long records) {
        atLeastOne("maxUnread", records);
        return new FileLogOptions(segmentBytes, records, maxBytes, retention, keys, clock);
    }

    /**
     * The same with a bound of the bytes on disk: a batch that would go beyond it is refused until something is deleted.
     *
     * @param bytes at least 1. Default: {@link #UNBOUNDED}
     */
    public FileLogOptions withMaxBytes(long bytes) {
        atLeastOne("maxBytes", bytes);
        return new FileLogOptions(segmentBytes, maxUnread, bytes, retention, keys, clock);
    }

    /** The same with segments of about this size; entries are deleted by whole segments. */
    public FileLogOptions withSegmentBytes(long bytes) {
        atLeastOne("segmentBytes", bytes);
        return new FileLogOptions(bytes, maxUnread, maxBytes, retention, keys, clock);
    }

    /**
     * The same with a memory of this many keys of batches. After a new start the keys of the last two segments are known.
     *
     * @param keys 0 or more; each needs about 200 bytes of memory
     */
    public FileLogOptions withKeys(int keys) {
        if (keys < 0) {
            throw new IllegalArgumentException("keys: " + keys + " (expected: at least 0)");
        }
        return new FileLogOptions(segmentBytes, maxUnread, maxBytes, retention, keys, clock);
    }

    /** The same with another clock, for the times of entries and for retention. */
    public FileLogOptions withClock(Clock clock) {
        return new FileLogOptions(segmentBytes, maxUnread, maxBytes, retention, keys, clock);
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
        }
    }
}
