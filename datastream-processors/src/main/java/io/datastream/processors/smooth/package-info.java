/**
 * Smoothing: start with {@link io.datastream.processors.smooth.Ewma} for an even rhythm of records, with
 * {@link io.datastream.processors.smooth.TimeEwma} for an uneven one.
 *
 * <p>An exponentially weighted average gives a value the less weight the older it is. With weights w_k of the values x_k
 * so far, W their sum and W2 the sum of their squares,
 *
 * <ul>
 *   <li>mean {@code m = sum(w_k * x_k) / W};
 *   <li>variance, as of a population, {@code b = sum(w_k * (x_k - m)^2) / W};
 *   <li>variance, as of a sample, {@code b * W^2 / (W^2 - W2)}.
 * </ul>
 *
 * <p>By count, w_k falls by {@code 1 - alpha} for each record; by time, by half for each half-life.
 */
@NullMarked
package io.datastream.processors.smooth;

import org.jspecify.annotations.NullMarked;
