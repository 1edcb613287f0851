package io.datastream.source;

/**
 * A source that a runtime reads by itself, partition by partition, from any position. Implemented by connectors.
 *
 * @param <T> the records
 */
public interface ReadableSource<T> extends SourceConnector<T> {
    /** How many partitions there are; each is read in order and has its own watermark. At least one. */
    int partitions();

    /** A name of a partition for places, such as {@code readings-3} or a file's name. */
    default String partitionName(int partition) {
        return partitions() == 1 ? name() : name() + "-" + partition;
    }

    /** Whether the source ends. */
    boolean isBounded();

    /** Whether reading again from a position gives the same records. */
    default boolean isReplayable() {
        return true;
    }

    /**
     * Opens a partition.
     *
     * @param partition from 0
     * @param position offset of the first record that is wanted, 0 for the beginning
     * @throws SourceException if it cannot be opened
     */
    SourceReader<T> open(int partition, long position);
}
