package io.datastream.kafka;

import io.datastream.time.EventTime;
import org.jspecify.annotations.Nullable;

/**
 * What is committed with the position of an input partition, as text in the offset's metadata.
 *
 * @param highestTime the highest event time seen
 * @param rewind where to read again from, for the records that waited in a sorter; the position itself if none did
 * @param ended whether the partition was read to its end in bounded mode
 * @param owner transactional id of who committed it
 */
record OffsetMeta(long highestTime, long rewind, boolean ended, String owner) {
    private static final String VERSION = "ds1";

    String encode() {
        return VERSION + "|" + highestTime + "|" + rewind + "|" + (ended ? 1 : 0) + "|" + owner;
    }

    static OffsetMeta fresh(long position) {
        return new OffsetMeta(EventTime.MIN, position, false, "");
    }

    static OffsetMeta decode(String partition, long position, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return fresh(position);
        }
        String[] parts = text.split("\\|", 5);
        if (parts.length != 5 || !parts[0].equals(VERSION)) {
            throw new IllegalStateException("offset of " + partition + ": metadata \"" + text
                    + "\" (expected: that of a pipeline of this library; another program uses its group)");
        }
        return new OffsetMeta(Long.parseLong(parts[1]), Long.parseLong(parts[2]), parts[3].equals("1"), parts[4]);
    }
}
