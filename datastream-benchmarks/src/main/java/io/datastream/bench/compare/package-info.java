/**
 * The runtime on Kafka beside another engine and the bare clients, over one broker: start with
 * {@link io.datastream.bench.compare.Compare}.
 */
@NullMarked
package io.datastream.bench.compare;

import org.jspecify.annotations.NullMarked;
