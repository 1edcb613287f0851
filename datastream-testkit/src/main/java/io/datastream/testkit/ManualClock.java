package io.datastream.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that only moves when a test moves it.
 *
 * <p>It keeps nanoseconds. All methods may be called from any thread; a change is visible to every thread at once, and
 * clocks made by {@link #withZone} share the same instant.
 */
public final class ManualClock extends Clock {
    private final Hand hand;
    private final ZoneId zone;

    private ManualClock(Hand hand, ZoneId zone) {
        this.hand = hand;
        this.zone = zone;
    }

    /** A clock that shows the start, in UTC. */
    public static ManualClock at(Instant start) {
        return new ManualClock(new Hand(start), ZoneOffset.UTC);
    }

    /** A clock that shows an instant written as in {@code 2024-05-01T12:00:00Z}, in UTC. */
    public static ManualClock at(String start) {
        return at(Instant.parse(start));
    }

    /** What the clock shows. */
    public Instant now() {
        return hand.now;
    }

    /** Moves the clock on, and returns what it then shows; going back takes {@link #set}. */
    public Instant advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("step: " + step + " (expected: >= 0)");
        }
        return hand.advance(step);
    }

    /** Puts the clock at an instant, also an earlier one. */
    public void set(Instant instant) {
        hand.set(instant);
    }

    @Override
    public Instant instant() {
        return hand.now;
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public ManualClock withZone(ZoneId newZone) {
        return new ManualClock(hand, newZone);
    }

    @Override
    public String toString() {
        return "ManualClock[" + hand.now + "]";
    }

    /** What clocks of several zones share. */
    private static final class Hand {
        private volatile Instant now;

        private Hand(Instant now) {
            this.now = now;
        }

        private synchronized Instant advance(Duration step) {
            now = now.plus(step);
            return now;
        }

        private synchronized void set(Instant instant) {
            now = instant;
        }
    }
}
