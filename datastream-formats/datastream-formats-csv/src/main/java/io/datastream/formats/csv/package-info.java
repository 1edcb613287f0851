/** Records as lines and files of comma separated values. Open {@code CsvFormat} first. */
@NullMarked
package io.datastream.formats.csv;

import org.jspecify.annotations.NullMarked;
