package io.datastream.kafka;

import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a pipeline that has not committed anything yet starts to read a topic.
 *
 * @param position the beginning, the end, or a time
 * @param time the time; null for the other two
 */
public record StartFrom(Position position, @Nullable Instant time) implements Serializable {
    /** Which end of the topic, or a time. */
    public enum Position {
        /** The first record there is. */
        EARLIEST,
        /** The first record that comes after the start. */
        LATEST,
        /** The first record with a timestamp at or after a time. */
        TIME
    }

    /** The first record there is. */
    public static final StartFrom EARLIEST = new StartFrom(Position.EARLIEST, null);

    /** The first record that comes after the start. */
    public static final StartFrom LATEST = new StartFrom(Position.LATEST, null);

    /** Checks that a time is there where one is needed. */
    public StartFrom {
        if ((position == Position.TIME) != (time != null)) {
            throw new IllegalArgumentException("time: " + time + " (expected: a time for TIME, none otherwise)");
        }
    }

    /** The first record with a timestamp at or after a time. */
    public static StartFrom time(Instant time) {
        return new StartFrom(Position.TIME, time);
    }
}
