package io.datastream.soak;

import java.util.Arrays;

/** What was written to a partition of an input topic, in the order of its offsets. Written by one thread. */
final class PartitionLog {
    /** What a record is. */
    enum Kind {
        /** One that can be read and used. */
        GOOD,
        /** Bytes that cannot be decoded. */
        UNREADABLE,
        /** One that the pipeline's own code refuses. */
        POISON
    }

    final String topic;
    final int partition;

    private String[] keys = new String[1024];
    private long[] times = new long[1024];
    private double[] values = new double[1024];
    private Kind[] kinds = new Kind[1024];
    private int size;

    PartitionLog(String topic, int partition) {
        this.topic = topic;
        this.partition = partition;
    }

    void add(Reading reading, Kind kind) {
        if (size == keys.length) {
            int more = size * 2;
            keys = Arrays.copyOf(keys, more);
            times = Arrays.copyOf(times, more);
            values = Arrays.copyOf(values, more);
            kinds = Arrays.copyOf(kinds, more);
        }
        keys[size] = reading.key();
        times[size] = reading.time();
        values[size] = reading.value();
        kinds[size] = kind;
        size++;
    }

    int size() {
        return size;
    }

    String key(int offset) {
        return keys[offset];
    }

    long time(int offset) {
        return times[offset];
    }

    double value(int offset) {
        return values[offset];
    }

    Kind kind(int offset) {
        return kinds[offset];
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
