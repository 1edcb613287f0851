/**
 * Values in units of their own spread: start with {@link io.datastream.processors.normalize.ZScoreNormalization}.
 *
 * <p>A value x becomes {@code (x - center) / scale}, and {@code center + scale * normalized} is x again:
 *
 * <table>
 * <caption>Center and scale</caption>
 * <tr><td>z-score</td><td>mean</td><td>standard deviation</td></tr>
 * <tr><td>min-max, onto [a, b]</td><td>{@code min - a * scale}</td><td>{@code (max - min) / (b - a)}</td></tr>
 * <tr><td>robust</td><td>median</td><td>distance of the upper and lower quartile</td></tr>
 * </table>
 *
 * <p>They are those of all values of a key so far ({@code running}) or of its last rows ({@code rolling}), with the
 * record itself or, by {@code priorOnly()}, without it: then a value says nothing about its own scale, as a model that
 * is trained on the results needs it. Where the scale is zero or unknown there is no normalized value (NaN).
 */
@NullMarked
package io.datastream.processors.normalize;

import org.jspecify.annotations.NullMarked;
