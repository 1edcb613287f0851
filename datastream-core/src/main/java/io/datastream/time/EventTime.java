package io.datastream.time;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Event time as a {@code long} of nanoseconds since 1970-01-01T00:00:00Z, and its conversion from and to
 * {@link Instant} and {@link Duration}. The range is 1677-09-21 to 2262-04-11.
 */
public final class EventTime {
    /** Before all records: the watermark of an origin of which nothing is known yet. */
    public static final long MIN = Long.MIN_VALUE;

    /** After all records: the watermark of an origin that has ended. */
    public static final long MAX = Long.MAX_VALUE;

    /** The earliest time a record can have: 1677-09-22, a day after the range of nanoseconds begins. */
    public static final long EARLIEST = -9_223_286_400_000_000_000L;

    /** The latest time a record can have: 2262-04-10, a day before the range of nanoseconds ends. */
    public static final long LATEST = 9_223_286_400_000_000_000L;

    private static final long NANOS = 1_000_000_000L;

    private static final int WITHOUT_SECONDS = "2026-03-01T12:00".length();

    private EventTime() {}

    /**
     * Nanoseconds since the epoch.
     *
     * @throws IllegalArgumentException if the instant lies outside 1677-09-21 to 2262-04-11
     */
    public static long nanos(Instant instant) {
        long seconds = instant.getEpochSecond();
        // the range of long nanoseconds, less a day at either end for windows that reach beyond their records
        if (seconds < -9_223_286_400L || seconds > 9_223_286_400L) {
            throw new IllegalArgumentException(
                    "event time: " + instant + " (expected: from 1677-09-22 to 2262-04-10, the range of nanoseconds)");
        }
        return seconds * NANOS + instant.getNano();
    }

    /** The length in nanoseconds; at most 292 years, or an {@link IllegalArgumentException} is thrown. */
    public static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("duration: " + duration + " (expected: at most 292 years)", e);
        }
    }

    /** Nanoseconds since the epoch for milliseconds; out of range, an {@link IllegalArgumentException} is thrown. */
    public static long ofMillis(long epochMillis) {
        if (epochMillis < -9_223_286_400_000L || epochMillis > 9_223_286_400_000L) {
            throw new IllegalArgumentException("event time: " + epochMillis
                    + " ms (expected: from 1677-09-22 to 2262-04-10, the range of nanoseconds)");
        }
        return epochMillis * 1_000_000L;
    }

    /** Milliseconds since the epoch, rounded down. */
    public static long toMillis(long nanos) {
        return Math.floorDiv(nanos, 1_000_000L);
    }

    /** The instant of a number of nanoseconds since the epoch. */
    public static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    /** The difference of two times, at {@link #MIN} or {@link #MAX} where it would leave the range. */
    public static long minus(long time, long nanos) {
        if (time == MIN || time == MAX) {
            return time;
        }
        long result = time - nanos;
        if (((time ^ nanos) & (time ^ result)) < 0) {
            return nanos > 0 ? MIN : MAX;
        }
        return result;
    }

    /** The sum of a time and a length, at {@link #MIN} or {@link #MAX} where it would leave the range. */
    public static long plus(long time, long nanos) {
        if (time == MIN || time == MAX) {
            return time;
        }
        long result = time + nanos;
        if (((time ^ result) & (nanos ^ result)) < 0) {
            return nanos > 0 ? MAX : MIN;
        }
        return result;
    }

    /** A time for people: an instant, or the words for the two ends. */
    public static String describe(long nanos) {
        if (nanos == MIN) {
            return "before all records";
        }
        if (nanos == MAX) {
            return "after all records";
        }
        LocalDateTime utc = LocalDateTime.ofEpochSecond(
                Math.floorDiv(nanos, NANOS), (int) Math.floorMod(nanos, NANOS), ZoneOffset.UTC);
        String text = utc.toString(); // as that of the instant, at less cost; it leaves out seconds where they are 0
        return text.length() == WITHOUT_SECONDS ? text + ":00Z" : text + "Z";
    }
}
