/** Repair of a series before anything is computed from it: start with {@link io.datastream.processors.quality.Deduplicate}. */
@NullMarked
package io.datastream.processors.quality;

import org.jspecify.annotations.NullMarked;
