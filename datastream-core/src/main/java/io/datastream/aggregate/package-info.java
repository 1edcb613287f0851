/**
 * Aggregations of windows: start with {@link io.datastream.aggregate.Aggregations}.
 */
@NullMarked
package io.datastream.aggregate;

import org.jspecify.annotations.NullMarked;
