/** Writing results into relational databases. Open {@code JdbcSink} first. */
@NullMarked
package io.datastream.jdbc;

import org.jspecify.annotations.NullMarked;
