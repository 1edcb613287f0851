package io.datastream.testkit;

/**
 * Runs a test body with many seeds and names the one that failed.
 *
 * <p>Seeds are consecutive numbers. A failure says how to repeat it: {@code -Ddatastream.seed=S} sets the first seed
 * (default {@value #FIRST_SEED}) and {@code -Ddatastream.seeds=N} the number of seeds, whatever the test asks for. For a quick
 * run of all tests {@code -Ddatastream.seeds.most=N} is the number of those that ask for more. A body makes all its randomness
 * from the seed, so that the same seed fails again.
 */
public final class Seeds {
    /** The system property with the first seed. */
    public static final String SEED_PROPERTY = "datastream.seed";

    /** The system property with the number of seeds. */
    public static final String COUNT_PROPERTY = "datastream.seeds";

    /** The system property with the number of seeds of tests that ask for more. */
    public static final String MOST_PROPERTY = "datastream.seeds.most";

    /** The first seed when nothing else is said. */
    public static final long FIRST_SEED = 1;

    private Seeds() {}

    /**
     * Runs the body once for each seed, in order, up to the first failure.
     *
     * @throws AssertionError when the body throws anything; it names the seed and has the failure as its cause
     */
    public static void forEach(int count, Body body) {
        if (count <= 0) {
            throw new IllegalArgumentException("count: " + count + " (expected: > 0)");
        }
        long first = property(SEED_PROPERTY, FIRST_SEED);
        long most = positive(MOST_PROPERTY, count);
        long runs = positive(COUNT_PROPERTY, Math.min(count, most));
        for (long i = 0; i < runs; i++) {
            run(first + i, body);
        }
    }

    private static void run(long seed, Body body) {
        try {
            body.run(seed);
        } catch (Exception | Error e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new AssertionError(
                    "seed " + seed + " (repeat with -D" + SEED_PROPERTY + "=" + seed + " -D" + COUNT_PROPERTY + "=1): "
                            + e,
                    e);
        }
    }

    private static long positive(String name, long otherwise) {
        long value = property(name, otherwise);
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
        return value;
    }

    private static long property(String name, long otherwise) {
        String text = System.getProperty(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": " + text + " (expected: a whole number)", e);
        }
    }

    /** A test that takes its randomness from a seed. */
    @FunctionalInterface
    public interface Body {
        /** Runs the test with one seed. */
        void run(long seed) throws Exception;
    }
}
