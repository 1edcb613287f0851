/**
 * Seeded test data: time series with labelled faults ({@link io.datastream.testkit.data.SeriesGenerator}, the class to
 * open first), trades, and bounded disorder. The same seed gives the same bytes on every JVM.
 */
@NullMarked
package io.datastream.testkit.data;

import org.jspecify.annotations.NullMarked;
