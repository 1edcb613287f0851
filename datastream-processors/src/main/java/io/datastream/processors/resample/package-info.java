/**
 * Values on an even grid of time: start with {@link io.datastream.processors.resample.Resample}.
 *
 * <p>Grid points are {@code g = offset + k * step} for whole k. Let (t0, v0) and (t1, v1) be neighbouring values of a
 * series, {@code t0 < g < t1}. Then
 *
 * <ul>
 *   <li>linear: {@code v0 + (v1 - v0) * (g - t0) / (t1 - t0)};
 *   <li>previous (last observation carried forward): {@code v0};
 *   <li>a grid point at the time of a value has that value;
 *   <li>with a greatest gap G and {@code t1 - t0 > G}, no value at g.
 * </ul>
 *
 * <p>Missing values are left out first. Of several values at one time, the last to arrive counts.
 */
@NullMarked
package io.datastream.processors.resample;

import org.jspecify.annotations.NullMarked;
