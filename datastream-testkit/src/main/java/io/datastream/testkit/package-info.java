/**
 * Tools for tests of streams: a real Kafka broker ({@link io.datastream.testkit.EmbeddedKafka}, the class to open
 * first), child JVMs that can be killed, a clock that stands still, bounded waiting and seeded randomness.
 */
@NullMarked
package io.datastream.testkit;

import org.jspecify.annotations.NullMarked;
