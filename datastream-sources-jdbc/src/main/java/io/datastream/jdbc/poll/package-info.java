/** Rows of a database, asked for now and then: start with {@link io.datastream.jdbc.poll.JdbcPoll}. */
@NullMarked
package io.datastream.jdbc.poll;

import org.jspecify.annotations.NullMarked;
