/**
 * Records that clients push over HTTP: start with {@link io.datastream.push.HttpPush}.
 */
@NullMarked
package io.datastream.push;

import org.jspecify.annotations.NullMarked;
