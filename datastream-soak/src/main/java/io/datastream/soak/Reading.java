package io.datastream.soak;

/**
 * A record of the input topics.
 *
 * @param key what it belongs to
 * @param time event time in nanoseconds since 1970
 * @param value a multiple of a quarter, so that sums are exact in any order; {@link #POISON} is refused by the pipeline's
 *     own code, {@link #UNFIT} and more by the encoder of a sink
 */
record Reading(String key, long time, double value) {
    static final double POISON = -1;
    static final double UNFIT = 5_000;

    /** All keys of records that only move watermarks on start like this. */
    private static final String END = "end";

    /** The record that ends a partition: its time closes everything before. */
    static Reading end(String partition, long time) {
        return new Reading(END + "-" + partition, time, 0);
    }

    static boolean isEnd(String key) {
        return key.startsWith(END);
    }
}
