/**
 * Where results go: start with {@link io.datastream.sink.Sink}.
 */
@NullMarked
package io.datastream.sink;

import org.jspecify.annotations.NullMarked;
