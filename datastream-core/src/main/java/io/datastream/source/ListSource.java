package io.datastream.source;

import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.List;

/**
 * A bounded source of values at hand, for tests and small programs. Each list is one partition; the log's time of a
 * record is the moment of reading.
 *
 * @param <T> the records
 */
public final class ListSource<T> implements ReadableSource<T> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final ArrayList<ArrayList<T>> partitions;

    private ListSource(String name, List<? extends List<? extends T>> partitions) {
        this.name = name;
        this.partitions = new ArrayList<>();
        partitions.forEach(partition -> this.partitions.add(new ArrayList<>(partition)));
        if (this.partitions.isEmpty()) {
            throw new IllegalArgumentException("partitions: none (expected: at least one)");
        }
    }

    /** One partition with these values. */
    public static <T> ListSource<T> of(List<? extends T> values) {
        return new ListSource<>("list", List.of(values));
    }

    /** Several partitions, each with its own order. */
    public static <T> ListSource<T> partitioned(List<? extends List<? extends T>> partitions) {
        return new ListSource<>("list", partitions);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public boolean isBounded() {
        return true;
    }

    @Override
    public SourceReader<T> open(int partition, long position) {
        List<T> values = partitions.get(partition);
        return new SourceReader<>() {
            private int next = Math.toIntExact(Math.min(position, values.size()));

            @Override
            public Status poll(int max, Collector<? super T> out) {
                long now = EventTime.nanos(java.time.Instant.now());
                int end = Math.min(values.size(), next + max);
                while (next < end) {
                    int offset = next++;
                    out.record(offset, now, values.get(offset), null);
                }
                return next == values.size() ? Status.END : Status.MORE;
            }

            @Override
            public void close() {}
        };
    }
}
