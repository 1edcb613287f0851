package io.datastream.simulate;

import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.time.Clock;
import java.time.Duration;

/**
 * A feed of made-up samples, in the order in which they would arrive: for demonstrations, load, and pipelines whose real source is
 * not there yet. Each sample says which faults it has, so what a pipeline finds can be compared with what is there. Immutable;
 * each method returns a changed copy.
 *
 * <pre>{@code
 * SeriesGenerator sensors = SeriesGenerator.of(Instant.now(), Duration.ofSeconds(1), 3_600)
 *         .withKeys(100).withLevel(20).withNoise(0.1)
 *         .withSpikes(0.001, 5).withStuck(1, 60).withLate(0.05, Duration.ofSeconds(10));
 * Pipeline.from(SimulatedSource.of(sensors).endless().inRealTime()
 *         .eventTimeNanos(Sample::timeNanos).disorderUpTo(Duration.ofSeconds(10)))...
 * }</pre>
 *
 * <p>The records depend on the generator alone, and not on the pace, the clock, or where reading began: it can be read again
 * from any position. Their log time is the highest event time of the series so far. Cost: that of {@link SeriesGenerator#generate}, which is
 * made when the source is opened, and for an endless feed again when each series has ended.
 */
public final class SimulatedSource implements ReadableSource<Sample> {
    private static final long serialVersionUID = 1L;

    private final SeriesGenerator generator;
    private final Pace pace;
    private final boolean isEndless;
    private final Clock clock;

    private SimulatedSource(SeriesGenerator generator, Pace pace, boolean isEndless, Clock clock) {
        this.generator = generator;
        this.pace = pace;
        this.isEndless = isEndless;
        this.clock = clock;
    }

    /** The arrivals of a generator, as fast as they are read, and then the end. */
    public static SimulatedSource of(SeriesGenerator generator) {
        return new SimulatedSource(generator, Pace.UNBOUNDED, false, Clock.systemUTC());
    }

    /**
     * The same without an end: when a series has ended it is followed by another one that is as long, has the same shape and faults,
     * and randomness of its own.
     */
    public SimulatedSource endless() {
        return new SimulatedSource(generator, pace, true, clock);
    }

    /** The same at the pace at which the samples were measured: one second of event time in one second. */
    public SimulatedSource inRealTime() {
        return atSpeed(1);
    }

    /**
     * The same at a multiple of the pace at which the samples were measured; time begins to pass when the source is opened.
     *
     * @param factor seconds of event time in one second; more than 0
     */
    public SimulatedSource atSpeed(double factor) {
        return new SimulatedSource(generator, Pace.ofSpeed(factor), isEndless, clock);
    }

    /** The same with so many samples in a second, whatever their event times are; more than 0. */
    public SimulatedSource atRate(double samplesPerSecond) {
        return new SimulatedSource(generator, Pace.ofRate(samplesPerSecond), isEndless, clock);
    }

    /** The same by another clock. */
    public SimulatedSource withClock(Clock clock) {
        return new SimulatedSource(generator, pace, isEndless, clock);
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public boolean isBounded() {
        return !isEndless;
    }

    @Override
    public SourceReader<Sample> open(int partition, long position) {
        return new SimulatedReader(generator, isEndless, pace, clock, position);
    }

    @Override
    public String toString() {
        return "SimulatedSource, " + pace + (isEndless ? ", endless" : "");
    }

    /** How long after the beginning a sample is due. */
    record Pace(double speed, double rate) implements java.io.Serializable {
        private static final long serialVersionUID = 1L;

        static final Pace UNBOUNDED = new Pace(0, 0);

        static Pace ofSpeed(double factor) {
            return new Pace(positive("factor", factor), 0);
        }

        static Pace ofRate(double samplesPerSecond) {
            return new Pace(0, positive("samplesPerSecond", samplesPerSecond));
        }

        private static double positive(String name, double value) {
            if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: > 0 and finite)");
            }
            return value;
        }

        /**
         * Nanoseconds.
         *
         * @param samples since the beginning
         * @param eventNanos that have passed since the first of them
         */
        double due(long samples, long eventNanos) {
            if (speed > 0) {
                return eventNanos / speed;
            }
            return rate > 0 ? samples * (Duration.ofSeconds(1).toNanos() / rate) : 0;
        }

        boolean isBounded() {
            return speed > 0 || rate > 0;
        }

        @Override
        public String toString() {
            if (speed > 0) {
                return speed + " times as fast as real time";
            }
            return rate > 0 ? rate + " samples a second" : "as fast as it is read";
        }
    }
}
