/** Pipelines between Kafka topics. Open {@code KafkaSource} first, then {@code KafkaRuntime}. */
@NullMarked
package io.datastream.kafka;

import org.jspecify.annotations.NullMarked;
