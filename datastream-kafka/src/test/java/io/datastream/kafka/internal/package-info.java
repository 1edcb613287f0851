/** Tests of the Kafka runtime against real brokers. */
@NullMarked
package io.datastream.kafka.internal;

import org.jspecify.annotations.NullMarked;
