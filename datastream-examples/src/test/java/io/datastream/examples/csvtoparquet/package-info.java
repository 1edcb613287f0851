/** Tests of the example csv-to-parquet. */
@NullMarked
package io.datastream.examples.csvtoparquet;

import org.jspecify.annotations.NullMarked;
