package io.datastream.runtime;

import java.time.Duration;

/**
 * How often a failed pipeline goes on from its last commit.
 *
 * @param limit restarts without {@link #healthyAfter} between them before the pipeline fails for good
 * @param backoff pause before the first restart; doubled for each further one
 * @param longestBackoff limit of the pause
 * @param healthyAfter after this long without a failure the count starts again
 */
public record RestartPolicy(int limit, Duration backoff, Duration longestBackoff, Duration healthyAfter) {
    /** Checks the arguments. */
    public RestartPolicy {
        if (limit < 0) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 0 or more restarts)");
        }
        if (backoff.isNegative() || longestBackoff.compareTo(backoff) < 0) {
            throw new IllegalArgumentException(
                    "backoff: " + backoff + " (expected: from 0 to the longest, " + longestBackoff + ")");
        }
        if (healthyAfter.isNegative() || healthyAfter.isZero()) {
            throw new IllegalArgumentException("healthyAfter: " + healthyAfter + " (expected: more than zero)");
        }
    }

    /** The first failure is final. */
    public static RestartPolicy never() {
        return upTo(0);
    }

    /** Up to this many restarts in ten minutes, after a pause of 200 ms that doubles up to 30 s. */
    public static RestartPolicy upTo(int limit) {
        return new RestartPolicy(limit, Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofMinutes(10));
    }

    /** The same with another first pause. */
    public RestartPolicy withBackoff(Duration backoff) {
        Duration longest = longestBackoff.compareTo(backoff) < 0 ? backoff : longestBackoff;
        return new RestartPolicy(limit, backoff, longest, healthyAfter);
    }

    /** The pause before the n-th restart, counted from 1. */
    public Duration pause(int restart) {
        Duration pause = backoff;
        for (int i = 1; i < restart && pause.compareTo(longestBackoff) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestBackoff) < 0 ? pause : longestBackoff;
    }
}
