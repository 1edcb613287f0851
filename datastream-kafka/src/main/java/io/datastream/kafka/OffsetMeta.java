package io.datastream.kafka;

import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What is committed with the position of an input partition, as text in the offset's metadata.
 *
 * @param sources how far each source has come that reads the partition, in the order of the definition; empty before the
 *     first commit, and for a partition of an exchange
 * @param rewind where to read again from, for the records that waited in a sorter; the position itself if none did
 * @param ended whether the partition was read to its end in bounded mode
 * @param commits how many commits of the partition there were, this one included
 * @param owner transactional id of who committed it
 */
record OffsetMeta(List<Progress> sources, long rewind, boolean ended, long commits, String owner) {
    private static final String VERSION = "ds2";

    /**
     * How far a source has come.
     *
     * @param highestTime the highest event time seen
     * @param idleWatermark where idleness has moved the watermark; {@link EventTime#MIN} if it has not
     */
    record Progress(long highestTime, long idleWatermark) {}

    OffsetMeta {
        sources = List.copyOf(sources);
    }

    String encode() {
        StringJoiner all = new StringJoiner(";");
        sources.forEach(source -> all.add(source.highestTime() + "," + source.idleWatermark()));
        return VERSION + "|" + rewind + "|" + (ended ? 1 : 0) + "|" + commits + "|" + all + "|" + owner;
    }

    static OffsetMeta fresh(long position) {
        return new OffsetMeta(List.of(), position, false, 0, "");
    }

    static OffsetMeta decode(String partition, long position, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return fresh(position);
        }
        String[] parts = text.split("\\|", 6);
        if (parts.length != 6 || !parts[0].equals(VERSION)) {
            throw new IllegalStateException("offset of " + partition + ": metadata \"" + text
                    + "\" (expected: that of a pipeline of this library; another program uses its group)");
        }
        List<Progress> sources = new ArrayList<>();
        for (String source : parts[4].isEmpty() ? new String[0] : parts[4].split(";")) {
            String[] times = source.split(",");
            sources.add(new Progress(Long.parseLong(times[0]), Long.parseLong(times[1])));
        }
        return new OffsetMeta(
                sources, Long.parseLong(parts[1]), parts[2].equals("1"), Long.parseLong(parts[3]), parts[5]);
    }

    /** How far a source has come. */
    Progress source(int number) {
        return sources.isEmpty() ? new Progress(EventTime.MIN, EventTime.MIN) : sources.get(number);
    }
}
