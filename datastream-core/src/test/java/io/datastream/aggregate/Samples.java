package io.datastream.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Kinds of random records. Times are out of order and repeat; one in ten numbers is missing where the kind says so. */
enum Samples {
    PLAIN(Random::nextGaussian, 0),
    WITH_GAPS(Random::nextGaussian, 0.1),
    MOSTLY_MISSING(Random::nextGaussian, 0.9),
    FAR_FROM_ZERO(random -> 1e8 + random.nextGaussian(), 0.05),
    VERY_FAR_FROM_ZERO(random -> 1e15 + random.nextInt(100) / 8.0, 0.05),
    FEW_DISTINCT(random -> random.nextInt(4) - 1.5, 0.1),
    ZEROS(random -> random.nextBoolean() ? 0.0 : -0.0, 0.1),
    DENORMAL(random -> (random.nextInt(2001) - 1000) * Double.MIN_VALUE, 0.05),
    ALL_MAGNITUDES(random -> random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30), 0.1);

    @SuppressWarnings("ImmutableEnumChecker")
    private final ToDoubleFunction<Random> number;

    private final double missing;

    Samples(ToDoubleFunction<Random> number, double missing) {
        this.number = number;
        this.missing = missing;
    }

    private double next(Random random) {
        return random.nextDouble() < missing ? Double.NaN : number.applyAsDouble(random);
    }

    List<Timed> draw(Random random, int size) {
        List<Timed> records = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            long time = (i + random.nextInt(6)) / 2 * 250_000_000L - 1_000_000_000L;
            records.add(new Timed(time, new Row(i, next(random), next(random))));
        }
        return records;
    }

    /** Replaces some numbers by infinities. */
    static List<Timed> withInfinities(List<Timed> records, Random random) {
        List<Timed> changed = new ArrayList<>(records);
        for (int i = 0; i < changed.size(); i++) {
            if (random.nextInt(8) == 0) {
                double infinity = random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
                Row row = changed.get(i).row();
                changed.set(i, new Timed(changed.get(i).time(), new Row(row.id(), infinity, row.y())));
            }
        }
        return changed;
    }
}
