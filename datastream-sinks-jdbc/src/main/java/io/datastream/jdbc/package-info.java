/** Writing results into relational databases. Open {@link io.datastream.jdbc.JdbcSink} first. */
@NullMarked
package io.datastream.jdbc;

import org.jspecify.annotations.NullMarked;
