package io.datastream.kafka.tool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline has committed with a position: the metadata of the offset, as far as operators care.
 *
 * @param eventTimes the highest event time of each source of the partition, in nanoseconds since the epoch
 * @param isExchange whether the partition is one of a topic between two stages of the pipeline
 * @param ended whether the partition was read to its end in bounded mode
 * @param owner the transactional id of who committed; empty for nobody
 */
record Committed(List<Long> eventTimes, boolean isExchange, boolean ended, String owner) {
    /** Begins the metadata of a position that this tool is about to change. The runtime refuses to start from it. */
    private static final String UNDER_WAY = "datastream-tool|";

    private static final String VERSION = "ds2";

    /** Reads metadata; null if it is not that of a pipeline. */
    static @Nullable Committed parse(@Nullable String metadata) {
        if (metadata == null || metadata.isEmpty()) {
            return new Committed(List.of(), false, false, "");
        }
        if (metadata.startsWith(UNDER_WAY)) {
            return new Committed(List.of(), metadata.startsWith(UNDER_WAY + "exchange|"), false, "");
        }
        String[] parts = metadata.split("\\|", 6);
        if (parts.length != 6 || !parts[0].equals(VERSION)) {
            return null;
        }
        List<Long> times = new ArrayList<>();
        for (String source : parts[4].isEmpty() ? new String[0] : parts[4].split(";")) {
            times.add(Long.parseLong(source.split(",")[0]));
        }
        return new Committed(times, times.isEmpty(), parts[2].equals("1"), parts[5]);
    }

    /** The metadata for a position of this kind that is about to be changed. */
    static String underWay(boolean isExchange) {
        return UNDER_WAY + (isExchange ? "exchange" : "input")
                + "|a reset or delete of the pipeline was begun and not finished; run it again";
    }
}
