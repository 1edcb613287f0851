package io.datastream.simulate;

import io.datastream.time.EventTime;
import java.time.Instant;
import java.util.Set;

/**
 * One measurement of a generated series.
 *
 * @param key the series it belongs to
 * @param timeNanos its event time, nanoseconds since 1970
 * @param value the measured value; {@code NaN} only with {@link Fault#NAN}
 * @param faults what is wrong with it; empty for a good one
 * @param index which point of its series it is, from 0; the same in the arrivals and in the clean series
 * @param arrivalIndex its position in the list it is in, from 0
 */
public record Sample(String key, long timeNanos, double value, Set<Fault> faults, int index, long arrivalIndex) {
    /** Checks and copies the faults. */
    public Sample {
        faults = Set.copyOf(faults);
        if (index < 0 || arrivalIndex < 0) {
            throw new IllegalArgumentException(
                    "index, arrivalIndex: " + index + ", " + arrivalIndex + " (expected: >= 0)");
        }
    }

    /** The event time. */
    public Instant time() {
        return EventTime.instant(timeNanos);
    }

    /** Whether the fault is one of its faults. */
    public boolean has(Fault fault) {
        return faults.contains(fault);
    }
}
