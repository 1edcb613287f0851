package io.datastream.simulate;

/**
 * A random generator of our own, so that a seed means the same bytes on every JVM: those of the JDK may change how they
 * derive doubles and gaussians.
 *
 * <p>SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014, with the mixing
 * constants of Stafford's variant 13); normal deviates by the polar method (Knuth, TAOCP vol. 2, 3.4.1, algorithm P).
 */
final class SplitMix {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;
    private double spareGaussian = Double.NaN;

    private SplitMix(long state) {
        this.state = state;
    }

    /** The stream that belongs to a seed and a path below it; different paths give unrelated streams. */
    static SplitMix of(long seed, long... path) {
        long state = mix(seed);
        for (long step : path) {
            state = mix(state + GOLDEN_GAMMA * (step + 1));
        }
        return new SplitMix(state);
    }

    long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in [0, 1), a multiple of 2^-53. */
    double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Uniform in [0, bound), for bound > 0; without bias, by rejection. */
    long nextLong(long bound) {
        long bits = nextLong() >>> 1;
        long value = bits % bound;
        while (bits - value + (bound - 1) < 0) {
            bits = nextLong() >>> 1;
            value = bits % bound;
        }
        return value;
    }

    boolean nextBoolean() {
        return nextLong() < 0;
    }

    /** True with the probability given; takes one number from the stream whatever the probability. */
    boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /** Normally distributed, mean 0, standard deviation 1. */
    double nextGaussian() {
        if (!Double.isNaN(spareGaussian)) {
            double spare = spareGaussian;
            spareGaussian = Double.NaN;
            return spare;
        }
        while (true) {
            double x = 2 * nextDouble() - 1;
            double y = 2 * nextDouble() - 1;
            double square = x * x + y * y;
            if (square > 0 && square < 1) {
                double factor = Math.sqrt(-2 * StrictMath.log(square) / square);
                spareGaussian = y * factor;
                return x * factor;
            }
        }
    }

    /** Exponentially distributed with mean 1. */
    double nextExponential() {
        return -StrictMath.log(1 - nextDouble());
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
