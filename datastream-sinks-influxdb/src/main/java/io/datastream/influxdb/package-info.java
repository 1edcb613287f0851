/** Writing results into InfluxDB. Open {@link io.datastream.influxdb.InfluxSink} first. */
@NullMarked
package io.datastream.influxdb;

import org.jspecify.annotations.NullMarked;
