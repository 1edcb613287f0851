package io.datastream.soak;

/**
 * A result of {@link RunningAverage}.
 *
 * @param count records of the key so far
 * @param average their exponentially weighted average
 * @param value that of the record; 0 for a key that has fallen quiet
 */
record Average(String key, long time, long count, double average, double value, boolean quiet) {
    String line() {
        return key + " " + time + " " + count + " " + Double.toHexString(average) + (quiet ? " quiet" : "");
    }
}
