package io.datastream.fuzz;

import java.time.Duration;
import java.util.Locale;

/**
 * What a run has seen.
 *
 * @param whole how many documents were read without an error
 * @param longest what the slowest document took
 * @param most the most bytes that were allocated for one
 */
record Figures(String target, long documents, long whole, Duration took, Duration longest, long most) {
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-14s %,10d documents, %,9d read, %,9d refused, %,6.0f s, slowest %,5d ms, most memory %,6d KiB",
                target,
                documents,
                whole,
                documents - whole,
                took.toMillis() / 1_000.0,
                longest.toMillis(),
                most >> 10);
    }
}
