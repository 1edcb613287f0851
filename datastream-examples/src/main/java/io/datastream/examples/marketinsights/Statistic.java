package io.datastream.examples.marketinsights;

import io.datastream.aggregate.Aggregation;
import io.datastream.aggregate.Aggregations;
import io.datastream.function.ToDoubleFn;

/** Which figure of the sliding window is computed beside its standard deviation: {@code AGGREGATION_TYPE}. */
enum Statistic {
    MEAN,
    MEDIAN,
    MIN,
    MAX;

    <T> Aggregation<T, ?, Double> of(ToDoubleFn<? super T> value) {
        return switch (this) {
            case MEAN -> Aggregations.mean(value);
            case MEDIAN -> Aggregations.median(value);
            case MIN -> Aggregations.min(value);
            case MAX -> Aggregations.max(value);
        };
    }
}
