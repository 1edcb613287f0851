/**
 * Detection of outliers: start with {@link io.datastream.processors.outlier.HampelOutliers}.
 *
 * <p>Each detector compares a value x with what is expected of it, in units of a scale: {@code score = (x - expected) /
 * scale}, an outlier if {@code |score|} is above the threshold.
 *
 * <ul>
 *   <li>Hampel: the median m of a window and {@code 1.4826 * median(|x - m|)}, which for normally distributed values is
 *       their standard deviation. Up to half of the window may be outliers without moving either much.
 *   <li>z-score: mean and standard deviation. Cheap for windows of any length; a great outlier widens the scale as long
 *       as it is in the window.
 * </ul>
 *
 * <p>Every record leaves as an {@link io.datastream.processors.outlier.Outlier}, flagged or not; a
 * {@code filter(Outlier::isOutlier)} keeps the outliers.
 */
@NullMarked
package io.datastream.processors.outlier;

import org.jspecify.annotations.NullMarked;
