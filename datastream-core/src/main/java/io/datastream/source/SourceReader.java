package io.datastream.source;

import io.datastream.codec.CodecException;
import io.datastream.error.Original;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition of a source. Used by one thread.
 *
 * @param <T> the records
 */
public interface SourceReader<T> extends AutoCloseable {
    /** What is to be expected of the next {@link #poll}. */
    enum Status {
        /** There may be more at once. */
        MORE,
        /** Read to the end of what is there; more may come. */
        CAUGHT_UP,
        /** The partition has ended. */
        END
    }

    /**
     * Reads up to {@code max} records without waiting for more than is there.
     *
     * @throws SourceException if the source cannot be read
     */
    Status poll(int max, Collector<? super T> out);

    /**
     * The record that was handed to the collector last, with key and headers; null where the bytes given to the collector
     * are all there is. Asked for dead letters and late records only, before the collector returns.
     */
    default @Nullable Original original() {
        return null;
    }

    @Override
    void close();

    /**
     * Takes the records of a partition, in its order.
     *
     * @param <T> the records
     */
    interface Collector<T> {
        /**
         * Takes a record.
         *
         * @param offset its place in the partition, higher than that of the record before
         * @param logNanos the log's time of the record, in nanoseconds since the epoch
         * @param value the record
         * @param original its bytes, if they are at hand; kept for dead letters only
         */
        void record(long offset, long logNanos, T value, byte @Nullable [] original);

        /** Takes a record that could not be decoded. */
        void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original);
    }
}
