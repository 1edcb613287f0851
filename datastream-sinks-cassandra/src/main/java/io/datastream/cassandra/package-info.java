/**
 * Results into tables of Cassandra: start with {@link io.datastream.cassandra.CassandraSink}.
 */
@NullMarked
package io.datastream.cassandra;

import org.jspecify.annotations.NullMarked;
