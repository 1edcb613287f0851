package io.datastream.examples.csvtoparquet;

import io.datastream.config.ConfigSpec;
import io.datastream.config.Option;
import java.nio.file.Path;

/** The options of the example. */
final class CsvOptions {
    static final Option<Path> INPUT = Option.path("input")
            .withDescription(
                    "folder of CSV files with the columns sensor, time, value; without one, three days of made-up"
                            + " sensors are cleaned");
    static final Option<String> GLOB = Option.string("glob")
            .withDefault("*.{csv,csv.gz}")
            .withDescription("which files, in the order of their names");
    static final Option<Boolean> FOLLOW = Option.bool("follow")
            .withDefault(false)
            .withDescription("goes on with files that are added, until it is interrupted");
    static final Option<Path> OUTPUT = Option.path("output")
            .withDescription(
                    "folder for the Parquet files and the state; default: a new one under target/csv-to-parquet");

    static final ConfigSpec SPEC = ConfigSpec.of("csv-to-parquet", INPUT, GLOB, FOLLOW, OUTPUT)
            .withDescription("Readings of CSV files on an even grid of a minute, without outliers, as Parquet files.");

    private CsvOptions() {}
}
