package io.datastream.aggregate;

import io.datastream.aggregate.Spread.Measure;
import io.datastream.codec.Codec;
import io.datastream.function.BiFn;
import io.datastream.function.Condition;
import io.datastream.function.Fn;
import io.datastream.function.Fn3;
import io.datastream.function.Fn4;
import io.datastream.function.Fn5;
import io.datastream.function.Fn6;
import io.datastream.function.Fn7;
import io.datastream.function.Fn8;
import io.datastream.function.ToDoubleFn;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The built-in aggregations of windows.
 *
 * <p><b>Missing numbers.</b> Where a function reads the number of a record, NaN means that it has none: the record is left
 * out. Infinities are numbers. The sum of no numbers is 0.0; every other number made of none is NaN.
 *
 * <p><b>Order.</b> Records may be added in any order of time. First, last, extremes and lists go by event time; of records
 * with the same time, by arrival.
 *
 * <p><b>Cost.</b> Adding a record allocates nothing and takes constant time, but for quantiles and lists, which keep what
 * they get. The bytes named below are those of one accumulator on the heap of a 64-bit JVM; a key of a sliding window has
 * up to one accumulator for each of its slices.
 *
 * <p><b>Errors.</b> What a function throws reaches the error policy of the step, and the record has then changed nothing,
 * not even in a part of a combination.
 *
 * <p>A candle of trades, for example:
 *
 * <pre>{@code
 * Aggregations.combine(
 *         Aggregations.first(Trade::price),
 *         Aggregations.max(Trade::price),
 *         Aggregations.min(Trade::price),
 *         Aggregations.last(Trade::price),
 *         Aggregations.sum(Trade::volume),
 *         Aggregations.weightedMean(Trade::price, Trade::volume),
 *         Aggregations.count(),
 *         Candle::new)
 * }</pre>
 */
public final class Aggregations {
    private Aggregations() {}

    /** The number of records. 24 bytes. */
    public static <T> Aggregation<T, ?, Long> count() {
        return new Sums.CountRecords<>();
    }

    /** The number of records that have this number. 24 bytes. */
    public static <T> Aggregation<T, ?, Long> count(ToDoubleFn<? super T> value) {
        return new Sums.CountNumbers<>(value);
    }

    /** The sum, with what rounding cuts off added back at the end, as {@link CompensatedSum} says. 32 bytes. */
    public static <T> Aggregation<T, ?, Double> sum(ToDoubleFn<? super T> value) {
        return new Sums.Sum<>(value);
    }

    /** The mean: the {@link #sum} divided by the number of numbers. 40 bytes. */
    public static <T> Aggregation<T, ?, Double> mean(ToDoubleFn<? super T> value) {
        return new Sums.Mean<>(value);
    }

    /**
     * The mean of numbers that count by their weights, {@code Σ weight value / Σ weight}: with prices and volumes, the
     * volume-weighted average price. A record that lacks one of both is left out. NaN if the weights add up to 0. 88
     * bytes.
     */
    public static <T> Aggregation<T, ?, Double> weightedMean(
            ToDoubleFn<? super T> value, ToDoubleFn<? super T> weight) {
        return new Sums.WeightedMean<>(value, weight);
    }

    /** The least number. -0.0 and 0.0 are equal; of both, the one that came first. 24 bytes. */
    public static <T> Aggregation<T, ?, Double> min(ToDoubleFn<? super T> value) {
        return new Extremes.Min<>(value);
    }

    /** The greatest number. -0.0 and 0.0 are equal; of both, the one that came first. 24 bytes. */
    public static <T> Aggregation<T, ?, Double> max(ToDoubleFn<? super T> value) {
        return new Extremes.Max<>(value);
    }

    /** The greatest number less the least. NaN if all are the same infinity. 32 bytes. */
    public static <T> Aggregation<T, ?, Double> range(ToDoubleFn<? super T> value) {
        return new Extremes.Range<>(value);
    }

    /**
     * The variance of a sample, with divisor n - 1, computed as {@link Moments} says; NaN of fewer than two numbers and
     * with infinities. 48 bytes.
     */
    public static <T> Aggregation<T, ?, Double> varianceSample(ToDoubleFn<? super T> value) {
        return new Spread.OfMoments<>(Measure.VARIANCE_SAMPLE, value);
    }

    /** The variance of a population, with divisor n; 0.0 of one number, NaN with infinities. 48 bytes. */
    public static <T> Aggregation<T, ?, Double> variancePopulation(ToDoubleFn<? super T> value) {
        return new Spread.OfMoments<>(Measure.VARIANCE_POPULATION, value);
    }

    /** The square root of {@link #varianceSample}. 48 bytes. */
    public static <T> Aggregation<T, ?, Double> standardDeviationSample(ToDoubleFn<? super T> value) {
        return new Spread.OfMoments<>(Measure.STANDARD_DEVIATION_SAMPLE, value);
    }

    /** The square root of {@link #variancePopulation}. 48 bytes. */
    public static <T> Aggregation<T, ?, Double> standardDeviationPopulation(ToDoubleFn<? super T> value) {
        return new Spread.OfMoments<>(Measure.STANDARD_DEVIATION_POPULATION, value);
    }

    /** Counts, sum, mean, extremes, variances and standard deviations in one pass. 144 bytes. */
    public static <T> Aggregation<T, ?, Statistics> statistics(ToDoubleFn<? super T> value) {
        return new Spread.OfSummary<>(value);
    }

    /** The number of the first record that has one; of several at its time, the one that came first. 32 bytes. */
    public static <T> Aggregation<T, ?, Double> first(ToDoubleFn<? super T> value) {
        return new Edges.First<>(value);
    }

    /** The number of the last record that has one; of several at its time, the one that came last. 32 bytes. */
    public static <T> Aggregation<T, ?, Double> last(ToDoubleFn<? super T> value) {
        return new Edges.Last<>(value);
    }

    /**
     * The first record; of several at its time, the one that came first. Empty if there is none. 32 bytes, and the record.
     *
     * @param codec how the record is stored with the state
     */
    public static <T> Aggregation<T, ?, Optional<T>> firstItem(Codec<T> codec) {
        return new Items.Edge<>(false, codec);
    }

    /**
     * The last record; of several at its time, the one that came last. Empty if there is none. 32 bytes, and the record.
     *
     * @param codec how the record is stored with the state
     */
    public static <T> Aggregation<T, ?, Optional<T>> lastItem(Codec<T> codec) {
        return new Items.Edge<>(true, codec);
    }

    /**
     * The record with the least number (argmin); of several, the first in time, then the one that came first. Empty if no
     * record has a number. 32 bytes, and the record.
     *
     * @param codec how the record is stored with the state
     */
    public static <T> Aggregation<T, ?, Optional<T>> minBy(ToDoubleFn<? super T> value, Codec<T> codec) {
        return new Items.Extreme<>(false, value, codec);
    }

    /**
     * The record with the greatest number (argmax); of several, the first in time, then the one that came first. Empty if
     * no record has a number. 32 bytes, and the record.
     *
     * @param codec how the record is stored with the state
     */
    public static <T> Aggregation<T, ?, Optional<T>> maxBy(ToDoubleFn<? super T> value, Codec<T> codec) {
        return new Items.Extreme<>(true, value, codec);
    }

    /** The exact median: {@link #quantile} 0.5, so between two numbers in the middle their mean. */
    public static <T> Aggregation<T, ?, Double> median(ToDoubleFn<? super T> value) {
        return new Quantiles.One<>("median", 0.5, QuantileMethod.LINEAR, value);
    }

    /** The exact quantile with {@link QuantileMethod#LINEAR}; see {@link #quantile(ToDoubleFn, double, QuantileMethod)}. */
    public static <T> Aggregation<T, ?, Double> quantile(ToDoubleFn<? super T> value, double q) {
        return quantile(value, q, QuantileMethod.LINEAR);
    }

    /**
     * The exact quantile. Keeps all numbers: 40 bytes, and 8 to 12 for each number. A result sorts those that have come
     * since the last merge, merging moves all. The partial results of a sliding window of n slices hold together up to n
     * / 2 times the numbers of the window, so it suits windows of some thousand numbers or few slices.
     *
     * @param q from 0 (the least number) to 1 (the greatest)
     * @throws IllegalArgumentException if q is not from 0 to 1
     */
    public static <T> Aggregation<T, ?, Double> quantile(ToDoubleFn<? super T> value, double q, QuantileMethod method) {
        return new Quantiles.One<>("quantile", q, method, value);
    }

    /** Several exact quantiles with {@link QuantileMethod#LINEAR}, in the order of {@code qs}, for the price of one. */
    public static <T> Aggregation<T, ?, List<Double>> quantiles(ToDoubleFn<? super T> value, double... qs) {
        return quantiles(value, QuantileMethod.LINEAR, qs);
    }

    /**
     * Several exact quantiles, in the order of {@code qs}, for the price of one.
     *
     * @throws IllegalArgumentException if one of them is not from 0 to 1
     */
    public static <T> Aggregation<T, ?, List<Double>> quantiles(
            ToDoubleFn<? super T> value, QuantileMethod method, double... qs) {
        return new Quantiles.Several<>(method, value, qs);
    }

    /**
     * The covariance of a sample, with divisor n - 1. A record that lacks one of both numbers is left out; NaN of fewer
     * than two, and with infinities. 80 bytes.
     */
    public static <T> Aggregation<T, ?, Double> covarianceSample(ToDoubleFn<? super T> x, ToDoubleFn<? super T> y) {
        return new Pairs.Covariance<>(true, x, y);
    }

    /** The covariance of a population, with divisor n; else like {@link #covarianceSample}. 80 bytes. */
    public static <T> Aggregation<T, ?, Double> covariancePopulation(ToDoubleFn<? super T> x, ToDoubleFn<? super T> y) {
        return new Pairs.Covariance<>(false, x, y);
    }

    /**
     * Pearson's correlation, from -1 to 1. A record that lacks one of both numbers is left out; NaN if one side does not
     * vary, and with infinities. 80 bytes.
     */
    public static <T> Aggregation<T, ?, Double> correlation(ToDoubleFn<? super T> x, ToDoubleFn<? super T> y) {
        return new Pairs.Correlation<>(x, y);
    }

    /** The line of least squares of y over x. A record that lacks one of both numbers is left out. 80 bytes. */
    public static <T> Aggregation<T, ?, Regression> regression(ToDoubleFn<? super T> x, ToDoubleFn<? super T> y) {
        return new Pairs.OfRegression<>(x, y);
    }

    /** The line of least squares of a number over event time, and its value at the newest record. 120 bytes. */
    public static <T> Aggregation<T, ?, Trend> trend(ToDoubleFn<? super T> value) {
        return new Pairs.OfTrend<>(value);
    }

    /**
     * What a function makes of the records, in event-time order, in a list that cannot be changed. Keeps everything: 56
     * bytes, and 12 to 18 for each element beside the element itself. A record that arrives late moves those after it.
     *
     * @param element the function; null says that the record gives nothing
     * @param codec how an element is stored with the state
     */
    public static <T, E> Aggregation<T, ?, List<E>> collectList(
            Fn<? super T, ? extends @Nullable E> element, Codec<E> codec) {
        return new Collected.ToList<>(element, codec);
    }

    /** Aggregates what a function makes of each record. As large as the aggregation. */
    public static <T, U, R> Aggregation<T, ?, R> mapping(
            Fn<? super T, ? extends U> function, Aggregation<? super U, ?, ? extends R> aggregation) {
        return mappingOf(function, aggregation);
    }

    private static <T, U, A, R> Aggregation<T, A, R> mappingOf(
            Fn<? super T, ? extends U> function, Aggregation<? super U, A, ? extends R> aggregation) {
        return new Adapters.Mapping<>(function, Staged.of(aggregation));
    }

    /** Aggregates the records that pass a test. As large as the aggregation. */
    public static <T, R> Aggregation<T, ?, R> filtering(
            Condition<? super T> condition, Aggregation<? super T, ?, ? extends R> aggregation) {
        return filteringOf(condition, aggregation);
    }

    private static <T, A, R> Aggregation<T, A, R> filteringOf(
            Condition<? super T> condition, Aggregation<? super T, A, ? extends R> aggregation) {
        return new Adapters.Filtering<>(condition, Staged.of(aggregation));
    }

    /**
     * Makes something else of the result of an aggregation. A checked exception of the function leaves as the cause of an
     * {@link IllegalStateException}. As large as the aggregation.
     */
    public static <T, V, R> Aggregation<T, ?, R> andThen(
            Aggregation<? super T, ?, ? extends V> aggregation, Fn<? super V, ? extends R> function) {
        return andThenOf(aggregation, function);
    }

    private static <T, A, V, R> Aggregation<T, A, R> andThenOf(
            Aggregation<? super T, A, ? extends V> aggregation, Fn<? super V, ? extends R> function) {
        return new Adapters.AndThen<>(Staged.of(aggregation), function);
    }

    /**
     * Two aggregations of the same records in one, with one result. A checked exception of the function leaves as the cause
     * of an {@link IllegalStateException}. As large as both, and 24 bytes. Aggregations that are not of this package
     * should create and merge accumulators cheaply here: all but the last of them get a new one for each record, so that a
     * function that throws leaves the combination as it was.
     *
     * @param result makes the result of both results, such as a constructor
     */
    @SuppressWarnings("unchecked")
    public static <T, A, B, R> Aggregation<T, ?, R> combine(
            Aggregation<? super T, ?, ? extends A> first,
            Aggregation<? super T, ?, ? extends B> second,
            BiFn<? super A, ? super B, ? extends R> result) {
        return new Combined<>(List.of(first, second), r -> result.apply((A) r[0], (B) r[1]));
    }

    /** Three aggregations of the same records in one; see {@link #combine(Aggregation, Aggregation, BiFn)}. */
    @SuppressWarnings("unchecked")
    public static <T, A, B, C, R> Aggregation<T, ?, R> combine(
            Aggregation<? super T, ?, ? extends A> first,
            Aggregation<? super T, ?, ? extends B> second,
            Aggregation<? super T, ?, ? extends C> third,
            Fn3<? super A, ? super B, ? super C, ? extends R> result) {
        return new Combined<>(List.of(first, second, third), r -> result.apply((A) r[0], (B) r[1], (C) r[2]));
    }

    /** Four aggregations of the same records in one; see {@link #combine(Aggregation, Aggregation, BiFn)}. */
    @SuppressWarnings("unchecked")
    public static <T, A, B, C, D, R> Aggregation<T, ?, R> combine(
            Aggregation<? super T, ?, ? extends A> first,
            Aggregation<? super T, ?, ? extends B> second,
            Aggregation<? super T, ?, ? extends C> third,
            Aggregation<? super T, ?, ? extends D> fourth,
            Fn4<? super A, ? super B, ? super C, ? super D, ? extends R> result) {
        return new Combined<>(
                List.of(first, second, third, fourth), r -> result.apply((A) r[0], (B) r[1], (C) r[2], (D) r[3]));
    }

    /** Five aggregations of the same records in one; see {@link #combine(Aggregation, Aggregation, BiFn)}. */
    @SuppressWarnings("unchecked")
    public static <T, A, B, C, D, E, R> Aggregation<T, ?, R> combine(
            Aggregation<? super T, ?, ? extends A> first,
            Aggregation<? super T, ?, ? extends B> second,
            Aggregation<? super T, ?, ? extends C> third,
            Aggregation<? super T, ?, ? extends D> fourth,
            Aggregation<? super T, ?, ? extends E> fifth,
            Fn5<? super A, ? super B, ? super C, ? super D, ? super E, ? extends R> result) {
        return new Combined<>(
                List.of(first, second, third, fourth, fifth),
                r -> result.apply((A) r[0], (B) r[1], (C) r[2], (D) r[3], (E) r[4]));
    }

    /** Six aggregations of the same records in one; see {@link #combine(Aggregation, Aggregation, BiFn)}. */
    @SuppressWarnings("unchecked")
    public static <T, A, B, C, D, E, F, R> Aggregation<T, ?, R> combine(
            Aggregation<? super T, ?, ? extends A> first,
            Aggregation<? super T, ?, ? extends B> second,
            Aggregation<? super T, ?, ? extends C> third,
            Aggregation<? super T, ?, ? extends D> fourth,
            Aggregation<? super T, ?, ? extends E> fifth,
            Aggregation<? super T, ?, ? extends F> sixth,
            Fn6<? super A, ? super B, ? super C, ? super D, ? super E, ? super F, ? extends R> result) {
        return new Combined<>(
                List.of(first, second, third, fourth, fifth, sixth),
                r -> result.apply((A) r[0], (B) r[1], (C) r[2], (D) r[3], (E) r[4], (F) r[5]));
    }

    /** Seven aggregations of the same records in one; see {@link #combine(Aggregation, Aggregation, BiFn)}. */
    @SuppressWarnings("unchecked")
    public static <T, A, B, C, D, E, F, G, R> Aggregation<T, ?, R> combine(
            Aggregation<? super T, ?, ? extends A> first,
            Aggregation<? super T, ?, ? extends B> second,
            Aggregation<? super T, ?, ? extends C> third,
            Aggregation<? super T, ?, ? extends D> fourth,
            Aggregation<? super T, ?, ? extends E> fifth,
            Aggregation<? super T, ?, ? extends F> sixth,
            Aggregation<? super T, ?, ? extends G> seventh,
            Fn7<? super A, ? super B, ? super C, ? super D, ? super E, ? super F, ? super G, ? extends R> result) {
        return new Combined<>(
                List.of(first, second, third, fourth, fifth, sixth, seventh),
                r -> result.apply((A) r[0], (B) r[1], (C) r[2], (D) r[3], (E) r[4], (F) r[5], (G) r[6]));
    }

    /** Eight aggregations of the same records in one; see {@link #combine(Aggregation, Aggregation, BiFn)}. */
    @SuppressWarnings("unchecked")
    public static <T, A, B, C, D, E, F, G, H, R> Aggregation<T, ?, R> combine(
            Aggregation<? super T, ?, ? extends A> first,
            Aggregation<? super T, ?, ? extends B> second,
            Aggregation<? super T, ?, ? extends C> third,
            Aggregation<? super T, ?, ? extends D> fourth,
            Aggregation<? super T, ?, ? extends E> fifth,
            Aggregation<? super T, ?, ? extends F> sixth,
            Aggregation<? super T, ?, ? extends G> seventh,
            Aggregation<? super T, ?, ? extends H> eighth,
            Fn8<? super A, ? super B, ? super C, ? super D, ? super E, ? super F, ? super G, ? super H, ? extends R>
                    result) {
        return new Combined<>(
                List.of(first, second, third, fourth, fifth, sixth, seventh, eighth),
                r -> result.apply((A) r[0], (B) r[1], (C) r[2], (D) r[3], (E) r[4], (F) r[5], (G) r[6], (H) r[7]));
    }
}
