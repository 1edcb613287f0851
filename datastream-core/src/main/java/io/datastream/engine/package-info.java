/**
 * The deterministic task engine, for authors of runtimes: start with {@link io.datastream.engine.Stages}.
 */
@NullMarked
package io.datastream.engine;

import org.jspecify.annotations.NullMarked;
