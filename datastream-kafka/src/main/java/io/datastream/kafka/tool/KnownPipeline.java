package io.datastream.kafka.tool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as the broker knows it: its consumer groups, the topics that they have read, and what belongs to them by the
 * rules of names.
 *
 * <p>The group of a pipeline has its name; those of the parts of one that is cut are {@code <pipeline>-<part>}. A topic
 * that is read is an exchange if its positions were committed as those of one; its name alone proves nothing. The changelog
 * of an input is {@code <pipeline>-<input>-changelog}, that of an exchange {@code <exchange>-changelog}.
 */
final class KnownPipeline {
    private final Connection connection;
    private final String name;
    private final List<Group> groups = new ArrayList<>();
    private final SortedMap<String, @Nullable Integer> partitions = new TreeMap<>();
    private final SortedSet<String> inputs = new TreeSet<>();
    private final SortedSet<String> exchanges = new TreeSet<>();
    private final SortedMap<String, String> changelogs = new TreeMap<>();

    private KnownPipeline(Connection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    /**
     * Reads what the broker knows of a pipeline.
     *
     * @param parts its parts, if it is cut
     * @throws FailedException if it knows nothing, or if a group belongs to another program
     */
    static KnownPipeline of(Connection connection, String name, List<String> parts) {
        KnownPipeline pipeline = new KnownPipeline(connection, name);
        if (parts.isEmpty()) {
            pipeline.groups.add(Group.of(connection, name));
        }
        for (String part : parts) {
            pipeline.groups.add(Group.of(connection, name + "-" + part.replaceAll("[^A-Za-z0-9._-]", "_")));
        }
        pipeline.groups.forEach(pipeline::findRead);
        pipeline.findUnread();
        return pipeline;
    }

    private void findRead(Group group) {
        for (TopicPartition partition : group.offsets().keySet()) {
            String topic = partition.topic();
            if (!partitions.containsKey(topic)) {
                partitions.put(topic, connection.partitions(topic));
                boolean isExchange = topic.startsWith(name + "-")
                        && topic.endsWith("-exchange")
                        && group.offsets().keySet().stream()
                                .filter(one -> one.topic().equals(topic))
                                .anyMatch(one -> Objects.requireNonNull(group.committed(one))
                                        .isExchange());
                (isExchange ? exchanges : inputs).add(topic);
                findChangelog(topic, isExchange ? topic + "-changelog" : name + "-" + topic + "-changelog");
            }
        }
    }

    private void findChangelog(String topic, String changelog) {
        Integer count = connection.partitions(changelog);
        if (count != null) {
            changelogs.put(topic, changelog);
            partitions.put(changelog, count);
        }
    }

    /**
     * Adds exchanges that were made and written, but not read before the pipeline stopped. They have the name and the
     * settings of one, and a changelog; and no other group that there is would give them this name.
     */
    private void findUnread() {
        Set<String> all =
                connection.get("listing topics", connection.admin().listTopics().names());
        List<String> candidates = all.stream()
                .filter(topic -> topic.startsWith(name + "-")
                        && topic.endsWith("-exchange")
                        && !exchanges.contains(topic)
                        && !inputs.contains(topic)
                        && all.contains(topic + "-changelog"))
                .toList();
        if (candidates.isEmpty()) {
            return;
        }
        List<String> own = groups.stream().map(Group::name).toList();
        List<String> others = connection
                .get("listing groups", connection.admin().listGroups().all())
                .stream()
                .map(GroupListing::groupId)
                .filter(other -> other.startsWith(name + "-") && !own.contains(other))
                .toList();
        for (String topic : candidates) {
            if (others.stream().noneMatch(other -> topic.startsWith(other + "-")) && hasSettingsOfExchange(topic)) {
                exchanges.add(topic);
                partitions.put(topic, connection.partitions(topic));
                findChangelog(topic, topic + "-changelog");
            }
        }
    }

    private boolean hasSettingsOfExchange(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = Objects.requireNonNull(connection
                .get(
                        "reading the settings of topic \"" + topic + "\"",
                        connection.admin().describeConfigs(List.of(resource)).all())
                .get(resource));
        return Stream.of("retention.ms", "retention.bytes").allMatch(setting -> {
            ConfigEntry entry = config.get(setting);
            return entry != null
                    && "-1".equals(entry.value())
                    && entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
        });
    }

    List<Group> groups() {
        return groups;
    }

    /** The topics that the pipeline reads, but for its own. */
    SortedSet<String> inputs() {
        return inputs;
    }

    SortedSet<String> exchanges() {
        return exchanges;
    }

    /** The changelogs that exist, by the topic whose readers' state they hold. */
    SortedMap<String, String> changelogs() {
        return changelogs;
    }

    /** All topics that are the pipeline's own and exist. */
    List<String> internalTopics() {
        List<String> all = new ArrayList<>();
        exchanges.stream().filter(topic -> partitions.get(topic) != null).forEach(all::add);
        all.addAll(changelogs.values());
        Collections.sort(all);
        return all;
    }

    /** How many partitions a topic of the pipeline has; null if it is gone. */
    @Nullable
    Integer partitions(String topic) {
        return partitions.get(topic);
    }

    /** The partitions of a topic that exist. */
    List<TopicPartition> all(String topic) {
        Integer count = partitions.get(topic);
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; count != null && i < count; i++) {
            all.add(new TopicPartition(topic, i));
        }
        return all;
    }

    /** The partitions of the topics that a group reads, inputs first. */
    List<TopicPartition> readBy(Group group) {
        List<TopicPartition> all = new ArrayList<>();
        for (SortedSet<String> topics : List.of(inputs, exchanges)) {
            for (String topic : topics) {
                if (group.offsets().keySet().stream()
                        .anyMatch(one -> one.topic().equals(topic))) {
                    all.addAll(all(topic));
                }
            }
        }
        return all;
    }

    /** @throws FailedException if a process runs the pipeline */
    void checkStopped() {
        groups.forEach(Group::checkStopped);
    }

    /**
     * Marks all positions, so that the pipeline cannot start before the change is finished; then deletes the pipeline's own
     * topics, and waits until they are gone.
     */
    void deleteInternals(Progress progress) {
        for (Group group : groups) {
            Map<TopicPartition, OffsetAndMetadata> marked = new TreeMap<>(Group.ORDER);
            group.offsets().forEach((partition, offset) -> {
                if (partitions.get(partition.topic()) != null) {
                    String note = Committed.underWay(exchanges.contains(partition.topic()));
                    marked.put(partition, new OffsetAndMetadata(offset.offset(), note));
                }
            });
            group.setOffsets(marked);
        }
        List<String> topics = internalTopics();
        if (topics.isEmpty()) {
            return;
        }
        progress.say("deleting " + topics.size() + " topics");
        connection.get(
                "deleting topics " + topics,
                connection.admin().deleteTopics(topics).all());
        long end = System.nanoTime() + connection.timeout().toNanos();
        for (String topic : topics) {
            while (connection.partitions(topic) != null) {
                waitUntil(end, "topic \"" + topic + "\"", progress);
            }
        }
        for (Group group : groups) {
            while (group.isStillCommitted(topics)) {
                waitUntil(end, "the positions in " + topics, progress);
            }
        }
    }

    private void waitUntil(long end, String what, Progress progress) {
        if (System.nanoTime() > end) {
            throw new FailedException(
                    what + ": still there " + connection.timeout().toSeconds()
                            + " s after the topic's deletion was accepted (expected: that it goes; run the command again,"
                            + " and until it succeeds the pipeline will not start)");
        }
        progress.pause();
    }
}
