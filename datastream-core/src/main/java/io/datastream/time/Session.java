package io.datastream.time;

import java.time.Duration;

/**
 * Windows of activity: records of a key belong together as long as the time between one and the next is not more than
 * the gap. The window starts with the first record and ends the gap after the last.
 *
 * <p>Records are taken in event-time order; a record that is behind its origin's watermark is late.
 *
 * @param gap greatest time between two records of a session, more than zero
 * @param boundary whether a distance equal to the gap still joins
 */
public record Session(Duration gap, Boundary boundary) implements Windows {
    /** Checks the arguments. */
    public Session {
        Checks.positive("gap", gap);
    }

    /** Whether a record exactly the gap after the last one belongs to the session. */
    public enum Boundary {
        /** It does, as in Kafka Streams and Flink. */
        INCLUSIVE,
        /** It starts a new one, as in Beam. */
        EXCLUSIVE
    }

    /** Sessions with this gap; a distance equal to it still joins. */
    public static Session withGap(Duration gap) {
        return new Session(gap, Boundary.INCLUSIVE);
    }

    /** The same sessions with another rule for a distance equal to the gap. */
    public Session withBoundary(Boundary boundary) {
        return new Session(gap, boundary);
    }

    @Override
    public String describe() {
        return "session-" + gap;
    }
}
