package io.datastream.examples.marketinsights;

import io.datastream.time.EventTime;

/**
 * A trade as it travels over the topic.
 *
 * @param symbol what was traded
 * @param time seconds since the epoch: several trades share one
 * @param price US dollars for one bitcoin
 * @param volume bitcoins
 */
record Trade(String symbol, long time, double price, double volume) {
    long timeNanos() {
        return EventTime.ofMillis(Math.multiplyExact(time, 1_000L));
    }
}
