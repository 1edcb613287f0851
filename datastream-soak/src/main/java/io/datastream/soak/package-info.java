/**
 * A long run of pipelines on Kafka with kills, freezes and restarts; {@link io.datastream.soak.Soak} is the program,
 * {@link io.datastream.soak.Model} what its results are compared with.
 */
@NullMarked
package io.datastream.soak;

import org.jspecify.annotations.NullMarked;
