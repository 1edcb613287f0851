/**
 * Records joined with data that lies elsewhere, through a cache: start with {@link io.datastream.lookup.Lookup}.
 */
@NullMarked
package io.datastream.lookup;

import org.jspecify.annotations.NullMarked;
