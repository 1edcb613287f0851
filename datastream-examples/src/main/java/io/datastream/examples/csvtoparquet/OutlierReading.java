package io.datastream.examples.csvtoparquet;

import io.datastream.processors.outlier.Outlier;
import java.time.Instant;

/** A row of the Parquet files of outliers: what was read, what would have been usual, and why it was taken out. */
record OutlierReading(String sensor, Instant time, double value, double expected, String reason) {
    static OutlierReading of(Outlier<Reading> outlier) {
        Reading reading = outlier.value();
        return new OutlierReading(
                reading.sensor(), reading.time(), reading.value(), outlier.expected(), outlier.reason());
    }
}
