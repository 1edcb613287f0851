package io.datastream.examples.csvtoparquet;

import io.datastream.processors.resample.GridPoint;
import java.time.Instant;

/** A row of the Parquet files of clean readings: one for each sensor and minute. */
record CleanReading(String sensor, Instant time, double value, boolean interpolated) {
    static CleanReading of(String sensor, GridPoint point) {
        return new CleanReading(sensor, point.time(), point.value(), point.isInterpolated());
    }
}
