package io.datastream.simulate;

import io.datastream.time.EventTime;
import java.time.Instant;

/**
 * One generated trade.
 *
 * @param symbol what was traded
 * @param timeNanos when, nanoseconds since 1970
 * @param price the price, a multiple of the tick, > 0
 * @param volume how much, > 0
 * @param id its number among all generated trades, from 0, in the order of time
 */
public record Trade(String symbol, long timeNanos, double price, double volume, long id) {
    /** The event time. */
    public Instant time() {
        return EventTime.instant(timeNanos);
    }
}
