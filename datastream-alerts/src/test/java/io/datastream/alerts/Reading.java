package io.datastream.alerts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A record of the tests. */
record Reading(String sensor, Instant time, double value) {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** A reading of sensor "a", this many seconds after the start. */
    static Reading at(double second, double value) {
        return new Reading("a", START.plusNanos(Math.round(second * 1e9)), value);
    }

    /** Values around 0 to 10, often equal and sometimes none, often at equal times; sorted by time. */
    static List<Reading> random(Random random, String sensor, int many) {
        List<Reading> readings = new ArrayList<>();
        long second = 0;
        for (int i = 0; i < many; i++) {
            second += random.nextInt(4);
            double value = random.nextInt(12) == 0 ? Double.NaN : random.nextInt(11);
            readings.add(new Reading(sensor, START.plusSeconds(second), value));
        }
        return readings;
    }
}
