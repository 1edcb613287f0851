package io.datastream.processors.resample;

import io.datastream.time.EventTime;
import java.time.Instant;

/**
 * A value on a grid of time.
 *
 * @param timeNanos the grid point, in nanoseconds since the epoch
 * @param value the value there; NaN where {@code kind} is {@link Kind#EMPTY}
 * @param kind where the value comes from
 */
public record GridPoint(long timeNanos, double value, Kind kind) {
    /** Where the value of a grid point comes from. */
    public enum Kind {
        /** A record has exactly this time. */
        RECORD,
        /** The neighbouring records. */
        INTERPOLATED,
        /** There is none: the neighbouring records are too far apart. */
        EMPTY
    }

    /** The grid point. */
    public Instant time() {
        return EventTime.instant(timeNanos);
    }

    /** Whether the value was made from the records around. */
    public boolean isInterpolated() {
        return kind == Kind.INTERPOLATED;
    }
}
