/** A folder of CSV files, cleaned, to Parquet: {@code CsvToParquet}. */
@NullMarked
package io.datastream.examples.csvtoparquet;

import org.jspecify.annotations.NullMarked;
