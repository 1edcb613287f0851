/** Tests of the example sensors-to-influx. */
@NullMarked
package io.datastream.examples.sensors;

import org.jspecify.annotations.NullMarked;
