/**
 * For sinks that write rows: which columns a result has, and the value of each. Start with
 * {@link io.datastream.sink.row.RowMapping}, which users define, and {@link io.datastream.sink.row.RowLayout}, which writers
 * use. Users of a sink meet {@link io.datastream.sink.row.ColumnType} alone.
 */
@NullMarked
package io.datastream.sink.row;

import org.jspecify.annotations.NullMarked;
