package io.datastream.feed;

import java.util.ArrayList;
import java.util.List;

/** Events that are kept together. */
final class Batch {
    private static final int MOST_RECORDS = 10_000;
    private static final int MOST_BYTES = 4 << 20;

    final List<byte[]> records = new ArrayList<>();

    /** From where a connection goes on once the events are kept. */
    String position;

    private long bytes;

    Batch(String position) {
        this.position = position;
    }

    void add(byte[] record) {
        records.add(record);
        bytes += record.length;
    }

    boolean isFull() {
        return records.size() >= MOST_RECORDS || bytes >= MOST_BYTES;
    }
}
