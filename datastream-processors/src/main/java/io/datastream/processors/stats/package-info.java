/**
 * Statistics of a whole series, kept up to date: start with {@link io.datastream.processors.stats.RunningStatistics}.
 * Statistics of windows are aggregations, see {@code io.datastream.aggregate.Aggregations}.
 *
 * <p>For values x_1 to x_n with mean m: the variance is {@code sum((x_i - m)^2) / (n - 1)}, as of a population {@code / n};
 * the autocorrelation at lag 1 is {@code sum((x_i - m) * (x_(i+1) - m)) / sum((x_i - m)^2)}.
 */
@NullMarked
package io.datastream.processors.stats;

import org.jspecify.annotations.NullMarked;
