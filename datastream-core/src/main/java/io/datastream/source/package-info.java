/**
 * Where records come from: start with {@link io.datastream.source.Source}.
 */
@NullMarked
package io.datastream.source;

import org.jspecify.annotations.NullMarked;
