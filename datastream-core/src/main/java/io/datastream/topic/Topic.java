package io.datastream.topic;

import io.datastream.codec.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A named log in memory, of several partitions, each in the order of writing. Safe for use by several threads. */
public final class Topic {
    private final String name;
    private final List<List<TopicRecord>> partitions = new ArrayList<>();
    private int nextWithoutKey;

    Topic(String name, int partitions) {
        if (!name.matches("[A-Za-z0-9._-]{1,249}")) {
            throw new IllegalArgumentException(
                    "topic: \"" + name + "\" (expected: 1 to 249 letters, digits, '.', '_' or '-')");
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions: " + partitions + " (expected: at least 1)");
        }
        this.name = name;
        for (int i = 0; i < partitions; i++) {
            this.partitions.add(new ArrayList<>());
        }
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** How many partitions there are. */
    public int partitions() {
        return partitions.size();
    }

    /** Appends a record to the partition its key belongs to; without key, to each partition in turn. */
    public void append(long timeNanos, byte @Nullable [] key, byte[] value) {
        append(timeNanos, key, value, List.of());
    }

    /** The same for a record with headers. */
    public synchronized void append(long timeNanos, byte @Nullable [] key, byte[] value, List<RecordHeader> headers) {
        int partition = key == null
                ? Math.floorMod(nextWithoutKey++, partitions.size())
                : Math.floorMod(Arrays.hashCode(key) * 0x9E3779B9, partitions.size());
        append(partition, timeNanos, key, value, headers);
    }

    /** Appends a record to a partition. */
    public void append(int partition, long timeNanos, byte @Nullable [] key, byte[] value) {
        append(partition, timeNanos, key, value, List.of());
    }

    private synchronized void append(
            int partition, long timeNanos, byte @Nullable [] key, byte[] value, List<RecordHeader> headers) {
        List<TopicRecord> log = partitions.get(partition);
        log.add(new TopicRecord(log.size(), timeNanos, key, value, headers));
    }

    /** Up to {@code max} records of a partition, from an offset on. */
    public synchronized List<TopicRecord> read(int partition, long offset, int max) {
        List<TopicRecord> log = partitions.get(partition);
        int from = (int) Math.min(log.size(), Math.max(0, offset));
        int to = (int) Math.min(log.size(), (long) from + max);
        return new ArrayList<>(log.subList(from, to));
    }

    /** The offset after the last record of a partition. */
    public synchronized long end(int partition) {
        return partitions.get(partition).size();
    }

    /** All values, partition by partition. */
    public <T> List<T> values(Decoder<? extends T> decoder) {
        List<T> values = new ArrayList<>();
        for (int i = 0; i < partitions(); i++) {
            read(i, 0, Integer.MAX_VALUE).forEach(record -> values.add(decoder.decode(record.value())));
        }
        return values;
    }
}
