package io.datastream.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The open slices of all keys, by number of the slice, the earliest first. */
final class SliceBuckets {
    private long[] slices = new long[16];
    private List<List<Panes.Open>> buckets = new ArrayList<>();
    private int head;

    boolean isEmpty() {
        return head == buckets.size();
    }

    /** The number of the earliest slice. */
    long first() {
        return slices[head];
    }

    void add(Panes.Open slice) {
        bucket(slice.slice).add(slice);
    }

    List<Panes.Open> removeFirst() {
        List<Panes.Open> bucket = buckets.get(head);
        buckets.set(head++, List.of());
        if (head == buckets.size()) {
            buckets.clear();
            head = 0;
        } else if (head > 1_024 && head * 2 > buckets.size()) {
            System.arraycopy(slices, head, slices, 0, buckets.size() - head);
            buckets = new ArrayList<>(buckets.subList(head, buckets.size()));
            head = 0;
        }
        return bucket;
    }

    private List<Panes.Open> bucket(long slice) {
        int size = buckets.size();
        if (size > head && slices[size - 1] == slice) {
            return buckets.get(size - 1);
        }
        int at = Arrays.binarySearch(slices, head, size, slice);
        if (at >= 0) {
            return buckets.get(at);
        }
        int insert = -1 - at;
        if (size == slices.length) {
            slices = Arrays.copyOf(slices, size * 2);
        }
        System.arraycopy(slices, insert, slices, insert + 1, size - insert);
        slices[insert] = slice;
        List<Panes.Open> bucket = new ArrayList<>();
        buckets.add(insert, bucket);
        return bucket;
    }
}
