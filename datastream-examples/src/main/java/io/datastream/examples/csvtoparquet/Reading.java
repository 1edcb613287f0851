package io.datastream.examples.csvtoparquet;

import java.time.Instant;

/** A line of a CSV file. An empty cell is a value of NaN. */
record Reading(String sensor, Instant time, double value) {}
