/**
 * Data that is made up: time series with labelled faults ({@link io.datastream.simulate.SeriesGenerator}, the class to open
 * first), trades, and bounded disorder, as lists or as a feed for a pipeline ({@link
 * io.datastream.simulate.SimulatedSource}). The same seed gives the same bytes on every JVM.
 */
@NullMarked
package io.datastream.simulate;

import org.jspecify.annotations.NullMarked;
