package io.datastream.processors;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A record of the tests: its place in the input, a time and a value, NaN for none. */
public record Row(int number, long time, double value) {
    /** Rows at times 0, 1, 2 and so on. */
    public static List<Row> of(double... values) {
        List<Row> rows = new ArrayList<>();
        for (double value : values) {
            rows.add(new Row(rows.size(), rows.size(), value));
        }
        return rows;
    }

    /** Rows in an uneven rhythm, with repeated times, missing values, ties and spikes. */
    public static List<Row> random(Random random, int count) {
        List<Row> rows = new ArrayList<>();
        long time = random.nextInt(100) - 50L;
        double level = random.nextBoolean() ? 0 : 1e6 * random.nextGaussian();
        boolean coarse = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            time += random.nextInt(4) == 0 ? 0 : random.nextInt(10) == 0 ? random.nextInt(200) : random.nextInt(7);
            double x = level + random.nextGaussian();
            x = coarse ? Math.rint(x * 2) : x;
            x = random.nextInt(40) == 0 ? x * 1e9 : x;
            rows.add(new Row(i, time, random.nextInt(8) == 0 ? Double.NaN : x));
        }
        return rows;
    }

    /** The same row with another value. */
    public Row withValue(double other) {
        return new Row(number, time, other);
    }
}
