/**
 * Tools for tests of streams: a driver of pipelines ({@link io.datastream.testkit.PipelineDriver}, the class to open
 * first), a verifier of processors ({@link io.datastream.testkit.ProcessorVerifier}), a real Kafka broker, child JVMs
 * that can be killed, a clock that stands still, bounded waiting and seeded randomness.
 */
@NullMarked
package io.datastream.testkit;

import org.jspecify.annotations.NullMarked;
