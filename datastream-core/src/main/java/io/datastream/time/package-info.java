/**
 * Event time and windows: start with {@link io.datastream.time.Windows}.
 */
@NullMarked
package io.datastream.time;

import org.jspecify.annotations.NullMarked;
