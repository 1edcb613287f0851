package io.datastream.testkit;

/**
 * A record of the simulator.
 *
 * @param key first key
 * @param group second key
 * @param time event time in nanoseconds
 * @param value a number
 * @param trace what else it says of where it comes from
 */
record Num(String key, String group, long time, double value, long trace) {
    /** Equal to the bit. */
    boolean same(Num other) {
        return key.equals(other.key)
                && group.equals(other.group)
                && time == other.time
                && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(other.value)
                && trace == other.trace;
    }

    /** A derived record, whose second key depends on its bits. */
    static Num of(String key, long time, double value, long trace) {
        long mixed = (Double.doubleToRawLongBits(value) + 31 * trace) * 0x9E3779B97F4A7C15L;
        return new Num(key, "g" + (mixed >>> 62), time, value, trace);
    }
}
