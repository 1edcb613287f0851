package io.datastream.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every aggregation promises, whatever it computes. */
class LawsTest {
    private static final int ROUNDS = 60;

    static Stream<Named<Aggregation<Row, ?, ?>>> all() {
        List<Aggregation<Row, ?, ?>> all = new ArrayList<>(List.of(
                Aggregations.count(),
                Aggregations.count(Row::x),
                Aggregations.sum(Row::x),
                Aggregations.mean(Row::x),
                Aggregations.min(Row::x),
                Aggregations.max(Row::x),
                Aggregations.range(Row::x),
                Aggregations.varianceSample(Row::x),
                Aggregations.variancePopulation(Row::x),
                Aggregations.standardDeviationSample(Row::x),
                Aggregations.standardDeviationPopulation(Row::x),
                Aggregations.statistics(Row::x),
                Aggregations.first(Row::x),
                Aggregations.last(Row::x),
                Aggregations.firstItem(Row.CODEC),
                Aggregations.lastItem(Row.CODEC),
                Aggregations.minBy(Row::x, Row.CODEC),
                Aggregations.maxBy(Row::x, Row.CODEC),
                Aggregations.median(Row::x),
                Aggregations.quantiles(Row::x, 0, 0.1, 0.5, 0.99, 1)));
        for (QuantileMethod method : QuantileMethod.values()) {
            all.add(Aggregations.quantile(Row::x, 0.3, method));
        }
        all.add(Aggregations.weightedMean(Row::x, row -> Math.abs(row.y())));
        all.add(Aggregations.covarianceSample(Row::x, Row::y));
        all.add(Aggregations.covariancePopulation(Row::x, Row::y));
        all.add(Aggregations.correlation(Row::x, Row::y));
        all.add(Aggregations.regression(Row::x, Row::y));
        all.add(Aggregations.trend(Row::x));
        all.add(Aggregations.collectList(row -> row, Row.CODEC));
        all.add(Aggregations.mapping(row -> row.x() * 2, Aggregations.max(x -> x)));
        all.add(Aggregations.filtering(row -> row.id() % 3 == 0, Aggregations.sum(Row::x)));
        all.add(Aggregations.andThen(Aggregations.mean(Row::x), mean -> -mean));
        all.add(Aggregations.combine(
                Aggregations.min(Row::x), Aggregations.lastItem(Row.CODEC), (min, last) -> List.of(min, last)));
        return all.stream().map(aggregation -> Named.of(aggregation.name(), aggregation));
    }

    @FunctionalInterface
    private interface Check {
        void of(List<Timed> records, Random random);
    }

    private static void forSeeds(Check check) {
        for (Samples samples : Samples.values()) {
            for (int seed = 0; seed < ROUNDS; seed++) {
                Random random = new Random(seed);
                List<Timed> records = samples.draw(random, random.nextInt(40));
                try {
                    check.of(seed % 5 == 4 ? Samples.withInfinities(records, random) : records, random);
                } catch (AssertionError e) {
                    throw new AssertionError(samples + ", seed " + seed + ": " + e.getMessage(), e);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    <A, R> void anEmptyAccumulatorIsNeutralToTheBit(Aggregation<Row, A, R> aggregation) {
        forSeeds((records, random) -> {
            A accumulator = Fold.accumulate(aggregation, records);
            byte[] before = Fold.stored(aggregation, accumulator);

            aggregation.merge(accumulator, aggregation.create());
            assertThat(Fold.stored(aggregation, accumulator)).as("empty later").isEqualTo(before);

            A empty = aggregation.create();
            aggregation.merge(empty, accumulator);
            assertThat(Fold.stored(aggregation, empty)).as("empty earlier").isEqualTo(before);
            assertThat(aggregation.finish(empty)).isEqualTo(aggregation.finish(accumulator));
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    <A, R> void mergingIsAssociativeUpToRounding(Aggregation<Row, A, R> aggregation) {
        forSeeds((records, random) -> {
            int first = random.nextInt(records.size() + 1);
            int second = first + random.nextInt(records.size() - first + 1);
            List<A> left = three(aggregation, records, first, second);
            aggregation.merge(left.get(0), left.get(1));
            aggregation.merge(left.get(0), left.get(2));

            List<A> right = three(aggregation, records, first, second);
            aggregation.merge(right.get(1), right.get(2));
            aggregation.merge(right.get(0), right.get(1));

            assertClose(aggregation.finish(right.get(0)), aggregation.finish(left.get(0)), records);
        });
    }

    private static <A> List<A> three(Aggregation<Row, A, ?> aggregation, List<Timed> records, int first, int second) {
        return List.of(
                Fold.accumulate(aggregation, records.subList(0, first)),
                Fold.accumulate(aggregation, records.subList(first, second)),
                Fold.accumulate(aggregation, records.subList(second, records.size())));
    }

    private static void assertClose(Object actual, Object expected, List<Timed> records) {
        double[] actuals = Fold.flat(actual);
        double[] expecteds = Fold.flat(expected);
        // a result near zero is as exact as what it was made of
        double scale = records.stream()
                .flatMap(r -> Stream.of(r.row().x(), r.row().y()))
                .mapToDouble(Math::abs)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        assertThat(actuals).hasSameSizeAs(expecteds);
        for (int i = 0; i < actuals.length; i++) {
            if (Double.isFinite(expecteds[i])) {
                assertThat(actuals[i])
                        .isCloseTo(expecteds[i], within(1e-9 * Math.max(scale, Math.abs(expecteds[i])) + 1e-320));
            } else {
                assertThat(actuals[i]).isEqualTo((Double) expecteds[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    <A, R> void aStoredAccumulatorGoesOnWithTheSameBits(Aggregation<Row, A, R> aggregation) {
        forSeeds((records, random) -> {
            int middle = random.nextInt(records.size() + 1);
            A undisturbed = Fold.accumulate(aggregation, records.subList(0, middle));
            A restored = Fold.copy(aggregation, undisturbed);
            assertThat(aggregation.finish(restored)).isEqualTo(aggregation.finish(undisturbed));

            Fold.addAll(aggregation, undisturbed, records.subList(middle, records.size()));
            Fold.addAll(aggregation, restored, records.subList(middle, records.size()));
            aggregation.merge(undisturbed, Fold.accumulate(aggregation, records));
            aggregation.merge(restored, Fold.accumulate(aggregation, records));

            assertThat(Fold.stored(aggregation, restored)).isEqualTo(Fold.stored(aggregation, undisturbed));
            assertThat(aggregation.finish(restored)).isEqualTo(aggregation.finish(undisturbed));
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    <A, R> void mergingNeitherChangesNorKeepsTheLaterOne(Aggregation<Row, A, R> aggregation) {
        forSeeds((records, random) -> {
            int middle = random.nextInt(records.size() + 1);
            A into = Fold.accumulate(aggregation, records.subList(0, middle));
            A later = Fold.accumulate(aggregation, records.subList(middle, records.size()));
            byte[] before = Fold.stored(aggregation, later);

            aggregation.merge(into, later);
            byte[] merged = Fold.stored(aggregation, into);
            assertThat(Fold.stored(aggregation, later)).as("later, merged").isEqualTo(before);

            Fold.addAll(aggregation, later, records);
            assertThat(Fold.stored(aggregation, into)).as("into, later changed").isEqualTo(merged);

            A other = Fold.restored(aggregation, before);
            A target = Fold.accumulate(aggregation, records.subList(0, middle));
            aggregation.merge(target, other);
            Fold.addAll(aggregation, target, records);
            assertThat(Fold.stored(aggregation, other))
                    .as("later, into changed")
                    .isEqualTo(before);
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    <A, R> void finishingChangesNothing(Aggregation<Row, A, R> aggregation) {
        forSeeds((records, random) -> {
            A accumulator = Fold.accumulate(aggregation, records);
            byte[] before = Fold.stored(aggregation, accumulator);
            R result = aggregation.finish(accumulator);

            assertThat(Fold.stored(aggregation, accumulator)).isEqualTo(before);
            assertThat(aggregation.finish(accumulator)).isEqualTo(result);
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    <A, R> void piecesGiveTheResultOfTheWhole(Aggregation<Row, A, R> aggregation) {
        forSeeds((records, random) ->
                assertClose(Fold.inPieces(aggregation, records, random), Fold.all(aggregation, records), records));
    }

    @ParameterizedTest
    @MethodSource("all")
    <A, R> void canBeShippedToAnotherProcess(Aggregation<Row, A, R> aggregation) {
        List<Timed> records = Samples.PLAIN.draw(new Random(1), 20);
        Aggregation<Row, A, R> shipped = Fold.shipped(aggregation);

        assertThat(shipped.name()).isEqualTo(aggregation.name());
        assertThat(Fold.all(shipped, records)).isEqualTo(Fold.all(aggregation, records));
        assertThat(Fold.stored(shipped, Fold.accumulate(shipped, records)))
                .isEqualTo(Fold.stored(aggregation, Fold.accumulate(aggregation, records)));
    }

    @ParameterizedTest
    @MethodSource("all")
    <A, R> void nameFitsAStep(Aggregation<Row, A, R> aggregation) {
        assertThat(aggregation.name()).matches("[a-z0-9-]{1,60}");
    }

    @ParameterizedTest
    @MethodSource("all")
    <A, R> void readsNothingButItsOwnBytes(Aggregation<Row, A, R> aggregation) throws Exception {
        A accumulator = Fold.accumulate(aggregation, Samples.WITH_GAPS.draw(new Random(2), 20));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        aggregation.codec().write(accumulator, out);
        out.writeInt(42);

        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        aggregation.codec().read(aggregation.codec().version(), in);
        assertThat(in.readInt()).isEqualTo(42);
    }
}
