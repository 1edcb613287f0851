package io.datastream.bench.compare;

import io.datastream.formats.json.JsonCodec;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The input, the same at each call: readings of 1,000 sensors, one a millisecond of event time, up to 200 ms out of order.
 * All engines use the same codecs, so that a comparison shows the engines.
 */
final class Readings {
    static final long START = 1_700_000_000_000L;
    static final int PARTITIONS = 2;
    static final int SENSORS = 1_000;
    static final int DISORDER_MILLIS = 200;

    /** How long an engine waits for records out of order. */
    static final int GRACE_MILLIS = 500;

    static final int WINDOW_MILLIS = 1_000;

    /** The name of the sensor whose readings close all windows. */
    static final String CLOSING = "closing";

    static final JsonCodec<Reading> CODEC = JsonCodec.of(Reading.class);
    static final JsonCodec<Mean> MEANS = JsonCodec.of(Mean.class);

    /** What is read. */
    record Reading(String sensor, long time, double value) {}

    /** What is written: the mean of a sensor over a window of a second, and the number of its readings. */
    record Mean(String sensor, long start, long end, double mean, long count) {}

    private Readings() {}

    static void generate(int count, Consumer<Reading> to) {
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < count; i++) {
            int sensor = random.nextInt(SENSORS);
            long time = START + i - random.nextInt(DISORDER_MILLIS + 1);
            to.accept(new Reading(name(sensor), time, random.nextInt(10_000) / 100.0));
        }
    }

    /** A reading far after all others. */
    static Reading closing(int count, int number) {
        return new Reading(CLOSING, START + count + 600_000L + number * 10_000L, 0);
    }

    static String name(int sensor) {
        return "s-" + (1_000 + sensor);
    }

    static int number(String sensor) {
        return Integer.parseInt(sensor, 2, sensor.length(), 10) - 1_000;
    }

    static Reading decode(byte[] bytes) {
        Meter.first();
        return CODEC.decode(bytes);
    }
}
