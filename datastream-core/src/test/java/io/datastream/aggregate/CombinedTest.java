package io.datastream.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Combinations, and aggregations around others. */
class CombinedTest {
    private record Two(double min, long count) {}

    private record Candle(
            double open, double high, double low, double close, double volume, double vwap, long count, double range) {}

    /** A user's own: the product, with a codec of version 3. */
    private static final class Product implements Aggregation<Row, double[], Double> {
        private final ToDoubleFn<Row> value;

        Product(ToDoubleFn<Row> value) {
            this.value = value;
        }

        @Override
        public double[] create() {
            return new double[] {1};
        }

        @Override
        public void add(double[] accumulator, long time, Row item) throws Exception {
            accumulator[0] *= value.applyAsDouble(item);
        }

        @Override
        public void merge(double[] into, double[] later) {
            into[0] *= later[0];
        }

        @Override
        public Double finish(double[] accumulator) {
            return accumulator[0];
        }

        @Override
        public StateCodec<double[]> codec() {
            return new StateCodec<>() {
                @Override
                public int version() {
                    return 3;
                }

                @Override
                public void write(double[] state, DataOutput out) throws IOException {
                    out.writeDouble(state[0]);
                }

                @Override
                public double[] read(int version, DataInput in) throws IOException {
                    assertThat(version).isEqualTo(3);
                    return new double[] {in.readDouble()};
                }
            };
        }
    }

    private static double fail(Row row) throws IOException {
        if (row.x() == 13) {
            throw new IOException("unlucky");
        }
        return row.x();
    }

    @Test
    void onePassGivesOneTypedResult() {
        Aggregation<Row, ?, Two> two = Aggregations.combine(Aggregations.min(Row::x), Aggregations.count(), Two::new);

        assertThat(Fold.numbers(two, 3, 1, 2)).isEqualTo(new Two(1, 3));
    }

    @Test
    void eightPartsMakeACandle() {
        Aggregation<Row, ?, Candle> candles = Aggregations.combine(
                Aggregations.first(Row::x),
                Aggregations.max(Row::x),
                Aggregations.min(Row::x),
                Aggregations.last(Row::x),
                Aggregations.sum(Row::y),
                Aggregations.weightedMean(Row::x, Row::y),
                Aggregations.count(),
                Aggregations.range(Row::x),
                Candle::new);
        List<Timed> trades = List.of(
                new Timed(3, new Row(0, 12, 1)), new Timed(1, new Row(1, 10, 2)), new Timed(2, new Row(2, 20, 1)));

        assertThat(Fold.all(candles, trades)).isEqualTo(new Candle(10, 20, 10, 12, 4, 13, 3, 10));
    }

    @Test
    void lambdasNeedNoTypes() {
        List<Object> results = new ArrayList<>();
        results.add(Fold.numbers(
                Aggregations.combine(
                        Aggregations.sum(row -> row.x()),
                        Aggregations.mean(row -> row.x()),
                        Aggregations.max(row -> row.x()),
                        (sum, mean, max) -> sum + mean + max),
                1,
                2,
                3));
        results.add(Fold.numbers(
                Aggregations.combine(
                        Aggregations.count(),
                        Aggregations.filtering(row -> row.x() > 1, Aggregations.count()),
                        Aggregations.min(row -> row.x()),
                        Aggregations.max(row -> row.x()),
                        (all, large, min, max) -> all * large + min * max),
                1,
                2,
                3));

        assertThat(results).containsExactly(11.0, 9.0);
    }

    @Test
    void combinationsNest() {
        Aggregation<Row, ?, List<Object>> inner = Aggregations.combine(
                Aggregations.filtering((Row row) -> row.x() > 1, Aggregations.firstItem(Row.CODEC)),
                new Product(Row::x),
                (first, product) -> List.of(first, product));
        Aggregation<Row, ?, List<Object>> outer = Aggregations.combine(
                Aggregations.sum(Row::x),
                inner,
                Aggregations.mapping((Row row) -> row.x() * 10, Aggregations.max(x -> x)),
                new Product(row -> -row.x()),
                new Product(row -> 2),
                (sum, in, max, negative, powers) -> List.of(sum, in, max, negative, powers));

        assertThat(Fold.numbers(outer, 1, 2, 3))
                .containsExactly(6.0, List.of(Optional.of(new Row(1, 2, 0)), 6.0), 30.0, -6.0, 8.0);
        assertThat(stored(outer)).isEqualTo(List.of(6.0, List.of(Optional.of(new Row(1, 2, 0)), 6.0), 30.0, -6.0, 8.0));
    }

    private static <A, R> R stored(Aggregation<Row, A, R> aggregation) {
        return aggregation.finish(Fold.copy(aggregation, Fold.accumulate(aggregation, Fold.rows(1, 2, 3))));
    }

    @Test
    void aFunctionThatThrowsLeavesEveryPartAsItWas() {
        assertUnchangedAfterFailure(Aggregations.combine(
                Aggregations.count(), Aggregations.sum(CombinedTest::fail), (count, sum) -> List.of(count, sum)));
        assertUnchangedAfterFailure(Aggregations.combine(
                Aggregations.sum(CombinedTest::fail), Aggregations.count(), (sum, count) -> List.of(count, sum)));
        assertUnchangedAfterFailure(Aggregations.combine(
                Aggregations.count(),
                Aggregations.mapping(
                        (Row row) -> row,
                        Aggregations.combine(
                                Aggregations.lastItem(Row.CODEC),
                                Aggregations.filtering(row -> fail(row) > 0, Aggregations.max(Row::x)),
                                (last, max) -> List.of(last, max))),
                (count, rest) -> List.of(count, rest)));
    }

    @Test
    void aUsersAggregationThatThrowsLeavesEveryPartAsItWas() {
        assertUnchangedAfterFailure(Aggregations.combine(
                new Product(Row::x),
                Aggregations.count(),
                new Product(CombinedTest::fail),
                (a, count, b) -> List.of(a, count, b)));
        assertUnchangedAfterFailure(Aggregations.combine(
                new Product(CombinedTest::fail),
                Aggregations.count(),
                new Product(Row::x),
                (a, count, b) -> List.of(a, count, b)));
        assertUnchangedAfterFailure(Aggregations.combine(
                new Product(Row::x), Aggregations.sum(CombinedTest::fail), (product, sum) -> List.of(product, sum)));
    }

    private static <A> void assertUnchangedAfterFailure(Aggregation<Row, A, ?> aggregation) {
        A accumulator = Fold.accumulate(aggregation, Fold.rows(2, 3));
        byte[] before = Fold.stored(aggregation, accumulator);

        assertThatThrownBy(() -> aggregation.add(accumulator, 2, new Row(2, 13, 0)))
                .isInstanceOf(IOException.class)
                .hasMessage("unlucky");
        assertThat(Fold.stored(aggregation, accumulator)).isEqualTo(before);

        Fold.addAll(aggregation, accumulator, Fold.rows(5));
        assertThat(Fold.stored(aggregation, accumulator)).isEqualTo(Fold.stored(aggregation, continued(aggregation)));
    }

    private static <A> A continued(Aggregation<Row, A, ?> aggregation) {
        A accumulator = Fold.accumulate(aggregation, Fold.rows(2, 3));
        Fold.addAll(aggregation, accumulator, Fold.rows(5));
        return accumulator;
    }

    @Test
    void aFunctionMayUseACombinationItself() {
        Aggregation<Row, ?, Double> inside = Aggregations.combine(
                Aggregations.sum(Row::x), Aggregations.max(row -> row.x()), (sum, max) -> sum + max);
        Aggregation<Row, ?, Double> outside = Aggregations.combine(
                Aggregations.sum(Row::x),
                Aggregations.sum(row -> Fold.numbers(inside, row.x())),
                Aggregations.max(Row::x),
                (sum, doubled, max) -> sum * 10000 + doubled * 100 + max);

        assertThat(Fold.numbers(outside, 1, 2, 4)).isEqualTo(71404);
    }

    @Test
    void aCheckedExceptionOfTheResultIsTheCause() {
        Aggregation<Row, ?, Double> failing = Aggregations.andThen(Aggregations.count(), count -> {
            throw new IOException("no disk");
        });
        Aggregation<Row, ?, Double> refusing =
                Aggregations.combine(Aggregations.count(), Aggregations.max(Row::x), (count, max) -> {
                    throw new UnsupportedOperationException("not today");
                });

        assertThatThrownBy(() -> Fold.numbers(failing, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("result of count: java.io.IOException: no disk")
                .hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> Fold.numbers(refusing, 1))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("not today");
    }

    @Test
    void theNameListsTheParts() {
        assertThat(Aggregations.combine(Aggregations.<Row>count(), Aggregations.max(Row::x), (a, b) -> a)
                        .name())
                .isEqualTo("count-max");
        Aggregation<Row, ?, Double> long1 = Aggregations.standardDeviationPopulation(Row::x);
        assertThat(Aggregations.combine(long1, long1, long1, (a, b, c) -> a).name())
                .isEqualTo("combination-of-3");
    }

    @Test
    void statesOfALaterVersionAreRefused() {
        Aggregation<Row, ?, Double> combined =
                Aggregations.combine(Aggregations.sum(Row::x), Aggregations.max(Row::x), (sum, max) -> sum);
        assertRefused(combined);
    }

    private static <A> void assertRefused(Aggregation<Row, A, ?> aggregation) {
        byte[] bytes = Fold.stored(aggregation, aggregation.create());
        bytes[0] = 9;

        assertThatThrownBy(() -> Fold.restored(aggregation, bytes))
                .hasRootCauseInstanceOf(IOException.class)
                .hasRootCauseMessage("stored version of sum: 9 (expected: at most 1)");
    }

    @Test
    void filteredRecordsCountNowhere() {
        Aggregation<Row, ?, Double> even = Aggregations.filtering(row -> row.x() % 2 == 0, Aggregations.mean(Row::x));

        assertThat(Fold.numbers(even, 1, 2, 3, 6)).isEqualTo(4);
        assertThat(Fold.numbers(even, 1, 3)).isNaN();
    }
}
