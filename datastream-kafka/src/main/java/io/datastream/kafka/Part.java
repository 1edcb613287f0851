package io.datastream.kafka;

import io.datastream.plan.Node.SinkNode;
import java.util.List;
import java.util.Set;

/**
 * What of a pipeline runs together, in a consumer group of its own: all of it, unless topics cut it.
 *
 * @param names its sources, and the topics that cut the pipeline before it
 * @param group name of its group
 * @param topics the topics it reads
 * @param sinks the sinks it writes, those for dead letters and late records included
 */
record Part(List<String> names, String group, Set<String> topics, List<SinkNode> sinks) {}
