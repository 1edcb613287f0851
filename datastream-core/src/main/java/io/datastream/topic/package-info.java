/**
 * Named, partitioned logs, and the in-process broker that holds them: start with {@link io.datastream.topic.Topics}.
 */
@NullMarked
package io.datastream.topic;

import org.jspecify.annotations.NullMarked;
