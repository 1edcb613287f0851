package io.datastream.runtime;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where and how often a local pipeline commits its positions and state.
 *
 * @param folder where the files lie, one for each pipeline; null for memory only, which outlives a failed task but not
 *     the JVM
 * @param interval time between two commits
 */
public record Checkpoints(@Nullable Path folder, Duration interval) {
    /** Time between two commits, if not said otherwise. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

    /** Checks the arguments. */
    public Checkpoints {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval: " + interval + " (expected: more than zero)");
        }
    }

    /** Commits to a folder. */
    public static Checkpoints to(Path folder) {
        return new Checkpoints(folder, DEFAULT_INTERVAL);
    }

    /** Commits in memory: a failed task goes on from there, a new JVM starts from the beginning. */
    public static Checkpoints inMemory() {
        return new Checkpoints(null, DEFAULT_INTERVAL);
    }

    /** The same with another time between two commits. */
    public Checkpoints every(Duration interval) {
        return new Checkpoints(folder, interval);
    }
}
