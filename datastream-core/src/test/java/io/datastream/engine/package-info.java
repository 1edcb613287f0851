/** Tests of the engine: a seeded simulation of whole pipelines. */
@NullMarked
package io.datastream.engine;

import org.jspecify.annotations.NullMarked;
