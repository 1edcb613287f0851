/** Tests of the monitor. */
@NullMarked
package io.datastream.monitor;

import org.jspecify.annotations.NullMarked;
