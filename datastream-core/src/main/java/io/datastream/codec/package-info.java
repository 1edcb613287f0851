/**
 * Between values and bytes: start with {@link io.datastream.codec.Codec}.
 */
@NullMarked
package io.datastream.codec;

import org.jspecify.annotations.NullMarked;
