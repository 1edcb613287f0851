/**
 * What the engine costs, without any broker or codec: start with {@link io.datastream.bench.core.EngineBenchmark}.
 */
@NullMarked
package io.datastream.bench.core;

import org.jspecify.annotations.NullMarked;
