/**
 * A real Cassandra for the integration tests of this build: {@link io.datastream.cassandra.testserver.CassandraServer}. Not
 * published.
 */
@NullMarked
package io.datastream.cassandra.testserver;

import org.jspecify.annotations.NullMarked;
