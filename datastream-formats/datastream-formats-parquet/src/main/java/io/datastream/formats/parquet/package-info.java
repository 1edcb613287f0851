/** Parquet files of records. Open {@code ParquetFormat} first. */
@NullMarked
package io.datastream.formats.parquet;

import org.jspecify.annotations.NullMarked;
