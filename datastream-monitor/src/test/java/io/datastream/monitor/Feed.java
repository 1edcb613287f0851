package io.datastream.monitor;

import io.datastream.error.Masked;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A source without an end, whose records a test adds while the pipeline runs. */
final class Feed implements ReadableSource<Feed.Reading> {
    private static final long serialVersionUID = 1L;
    private static final Map<String, List<List<Reading>>> FEEDS = new ConcurrentHashMap<>();

    private final String name;
    private final int partitions;

    /** A value of a sensor at a time, in milliseconds since the epoch. */
    record Reading(String sensor, long millis, @Masked double value) {}

    Feed(String name, int partitions) {
        this.name = name;
        this.partitions = partitions;
        List<List<Reading>> lists = new CopyOnWriteArrayList<>();
        for (int i = 0; i < partitions; i++) {
            lists.add(new CopyOnWriteArrayList<>());
        }
        FEEDS.put(name, lists);
    }

    void add(int partition, Reading... readings) {
        list(name, partition).addAll(List.of(readings));
    }

    private static List<Reading> list(String name, int partition) {
        return Objects.requireNonNull(FEEDS.get(name)).get(partition);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public boolean isBounded() {
        return false;
    }

    @Override
    public SourceReader<Reading> open(int partition, long position) {
        return new SourceReader<>() {
            private int next = Math.toIntExact(position);

            @Override
            public Status poll(int max, Collector<? super Reading> out) {
                List<Reading> records = list(name, partition);
                int end = Math.min(records.size(), next + max);
                while (next < end) {
                    Reading reading = records.get(next);
                    out.record(next++, reading.millis() * 1_000_000, reading, null);
                }
                return next < records.size() ? Status.MORE : Status.CAUGHT_UP;
            }

            @Override
            public void close() {}
        };
    }
}
