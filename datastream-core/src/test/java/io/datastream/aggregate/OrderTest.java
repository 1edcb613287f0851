package io.datastream.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** First, last, extremes and lists, against a stable sort. */
class OrderTest {
    private static final int ROUNDS = 200;

    /** Row ids are numbers of arrival. */
    private static List<Timed> inTime(List<Timed> records) {
        return records.stream()
                .sorted(Comparator.comparingLong(Timed::time)
                        .thenComparingInt(r -> r.row().id()))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void agreeWithAStableSort(Samples samples) {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Timed> records = samples.draw(random, random.nextInt(30));
            List<Row> sorted = inTime(records).stream().map(Timed::row).toList();
            List<Row> present =
                    sorted.stream().filter(row -> !Double.isNaN(row.x())).toList();
            String place = samples + ", seed " + seed;

            assertThat(Fold.inPieces(Aggregations.first(Row::x), records, random))
                    .as(place)
                    .isEqualTo((Double)
                            (present.isEmpty() ? Double.NaN : present.get(0).x()));
            assertThat(Fold.inPieces(Aggregations.last(Row::x), records, random))
                    .as(place)
                    .isEqualTo((Double)
                            (present.isEmpty()
                                    ? Double.NaN
                                    : present.get(present.size() - 1).x()));
            assertThat(Fold.inPieces(Aggregations.firstItem(Row.CODEC), records, random))
                    .as(place)
                    .isEqualTo(sorted.stream().findFirst());
            assertThat(Fold.inPieces(Aggregations.lastItem(Row.CODEC), records, random))
                    .as(place)
                    .isEqualTo(sorted.stream().reduce((a, b) -> b));
            assertThat(Fold.inPieces(Aggregations.minBy(Row::x, Row.CODEC), records, random))
                    .as(place)
                    .isEqualTo(present.stream().reduce((a, b) -> b.x() < a.x() ? b : a));
            assertThat(Fold.inPieces(Aggregations.maxBy(Row::x, Row.CODEC), records, random))
                    .as(place)
                    .isEqualTo(present.stream().reduce((a, b) -> b.x() > a.x() ? b : a));
            assertThat(Fold.inPieces(Aggregations.collectList(row -> row, Row.CODEC), records, random))
                    .as(place)
                    .isEqualTo(sorted);
        }
    }

    @Test
    void ofOneTimeTheFirstToComeIsFirstAndTheLastToComeIsLast() {
        List<Timed> records = List.of(Timed.at(5, 1), Timed.at(5, 2), Timed.at(5, 3));

        assertThat(Fold.all(Aggregations.first(Row::x), records)).isEqualTo(1);
        assertThat(Fold.all(Aggregations.last(Row::x), records)).isEqualTo(3);
    }

    @Test
    void mergingGoesByTimeNotByPosition() {
        Aggregation<Row, ?, Double> first = Aggregations.first(Row::x);
        Aggregation<Row, ?, Double> last = Aggregations.last(Row::x);

        assertThat(merged(first, Timed.at(9, 1), Timed.at(3, 2))).isEqualTo(2);
        assertThat(merged(last, Timed.at(9, 1), Timed.at(3, 2))).isEqualTo(1);
        assertThat(merged(first, Timed.at(3, 1), Timed.at(3, 2))).isEqualTo(1);
        assertThat(merged(last, Timed.at(3, 1), Timed.at(3, 2))).isEqualTo(2);
    }

    private static <A, R> R merged(Aggregation<Row, A, R> aggregation, Timed earlier, Timed later) {
        A into = Fold.accumulate(aggregation, List.of(earlier));
        aggregation.merge(into, Fold.accumulate(aggregation, List.of(later)));
        return aggregation.finish(into);
    }

    @Test
    void theEndsOfTimeAreTimesLikeOthers() {
        List<Timed> records = List.of(Timed.at(Long.MAX_VALUE, 1), Timed.at(Long.MIN_VALUE, 2));

        assertThat(Fold.all(Aggregations.first(Row::x), records)).isEqualTo(2);
        assertThat(Fold.all(Aggregations.last(Row::x), records)).isEqualTo(1);
        assertThat(Fold.all(Aggregations.collectList(Row::x, DOUBLES), records)).containsExactly(2.0, 1.0);
        Aggregation<Row, ?, List<Double>> list = Aggregations.collectList(Row::x, DOUBLES);
        assertThat(copied(list, records)).containsExactly(2.0, 1.0);
    }

    private static <A, R> R copied(Aggregation<Row, A, R> aggregation, List<Timed> records) {
        return aggregation.finish(Fold.copy(aggregation, Fold.accumulate(aggregation, records)));
    }

    private static final Codec<Double> DOUBLES = Codec.of(
            value -> java.nio.ByteBuffer.allocate(8).putDouble(value).array(),
            bytes -> java.nio.ByteBuffer.wrap(bytes).getDouble());

    @Test
    void noRecordGivesNoItem() {
        assertThat(Fold.numbers(Aggregations.firstItem(Row.CODEC))).isEqualTo(Optional.empty());
        assertThat(Fold.numbers(Aggregations.minBy(Row::x, Row.CODEC), Double.NaN))
                .isEqualTo(Optional.empty());
        assertThat(Fold.numbers(Aggregations.first(Row::x), Double.NaN)).isNaN();
        assertThat(Fold.numbers(Aggregations.collectList(Row::x, DOUBLES))).isEmpty();
    }

    @Test
    void whatTheFunctionMakesNothingOfIsNotCollected() {
        Aggregation<Row, ?, List<Double>> positive =
                Aggregations.collectList(row -> row.x() > 0 ? row.x() : null, DOUBLES);

        assertThat(Fold.numbers(positive, 1, -2, 3)).containsExactly(1.0, 3.0);
    }

    @Test
    void aCollectedListDoesNotChangeAnyMore() {
        assertNothingReaches(Aggregations.collectList(Row::x, DOUBLES));
    }

    private static <A> void assertNothingReaches(Aggregation<Row, A, List<Double>> aggregation) {
        A accumulator = Fold.accumulate(aggregation, Fold.rows(1, 2));
        List<Double> list = aggregation.finish(accumulator);
        Fold.addAll(aggregation, accumulator, Fold.rows(3, 4, 5));

        assertThat(list).containsExactly(1.0, 2.0);
        assertThatThrownBy(() -> list.set(0, 9.0)).isInstanceOf(UnsupportedOperationException.class);
    }
}
