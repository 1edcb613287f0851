package io.datastream.error;

/**
 * Where a record stands in its source.
 *
 * @param source the source's name: that of its topic or file
 * @param partition number of the partition, from 0
 * @param offset its place in the partition
 */
public record SourcePlace(String source, int partition, long offset) {
    @Override
    public String toString() {
        return source + "-" + partition + "@" + offset;
    }
}
