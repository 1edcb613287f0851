/** The command line for those who operate pipelines on Kafka. Open {@code DatastreamTool} first. */
@NullMarked
package io.datastream.kafka.tool;

import org.jspecify.annotations.NullMarked;
