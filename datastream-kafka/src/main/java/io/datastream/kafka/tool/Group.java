package io.datastream.kafka.tool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as the broker knows it: its consumer group, the topics that the group has read, and what belongs to them by
 * the rules of names.
 *
 * <p>A topic that is read is an exchange if its positions were committed as those of one; its name alone proves nothing.
 * The changelog of an input is {@code <pipeline>-<input>-changelog}, that of an exchange {@code <exchange>-changelog}.
 */
final class Group {
    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private final Connection connection;
    private final String name;
    private final SortedMap<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>(ORDER);
    private final SortedMap<TopicPartition, Committed> committed = new TreeMap<>(ORDER);
    private final SortedMap<String, @Nullable Integer> partitions = new TreeMap<>();
    private final SortedSet<String> inputs = new TreeSet<>();
    private final SortedSet<String> exchanges = new TreeSet<>();
    private final SortedMap<String, String> changelogs = new TreeMap<>();

    private Group(Connection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    /**
     * Reads what the broker knows of a pipeline.
     *
     * @throws FailedException if it knows nothing, or if the group belongs to another program
     */
    static Group of(Connection connection, String name) {
        Group group = new Group(connection, name);
        group.readOffsets();
        if (group.offsets.isEmpty()) {
            throw new FailedException("pipeline \"" + name + "\": " + connection.broker()
                    + " knows no positions of a consumer group of this name (expected: the name that the pipeline was"
                    + " given with named(\"...\"))");
        }
        group.readTopics();
        group.findUnread();
        return group;
    }

    /** Waits until no transaction is open that would still change them. */
    private void readOffsets() {
        Map<TopicPartition, OffsetAndMetadata> found = connection.get(
                "reading the positions of group \"" + name + "\"",
                connection
                        .admin()
                        .listConsumerGroupOffsets(
                                Map.of(name, new ListConsumerGroupOffsetsSpec()),
                                new ListConsumerGroupOffsetsOptions().requireStable(true))
                        .partitionsToOffsetAndMetadata(name));
        found.forEach((partition, offset) -> {
            if (offset != null) {
                Committed known = Committed.parse(offset.metadata());
                if (known == null) {
                    throw new FailedException("group \"" + name + "\": its position of " + partition
                            + " was committed by another program, or by another version of this library, with the note \""
                            + offset.metadata() + "\" (expected: the group of a pipeline)");
                }
                offsets.put(partition, offset);
                committed.put(partition, known);
            }
        });
    }

    private void readTopics() {
        committed.forEach((partition, known) -> {
            if (known.isExchange()
                    && partition.topic().startsWith(name + "-")
                    && partition.topic().endsWith("-exchange")) {
                exchanges.add(partition.topic());
            }
        });
        for (TopicPartition partition : offsets.keySet()) {
            String topic = partition.topic();
            if (!partitions.containsKey(topic)) {
                partitions.put(topic, connection.partitions(topic));
                String changelog = exchanges.contains(topic) ? topic + "-changelog" : name + "-" + topic + "-changelog";
                Integer count = connection.partitions(changelog);
                if (count != null) {
                    changelogs.put(topic, changelog);
                    partitions.put(changelog, count);
                }
                if (!exchanges.contains(topic)) {
                    inputs.add(topic);
                }
            }
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
        List<String> others = connection
                .get("listing groups", connection.admin().listGroups().all())
                .stream()
                .map(GroupListing::groupId)
                .filter(other -> other.startsWith(name + "-"))
                .toList();
        for (String topic : candidates) {
            if (others.stream().noneMatch(other -> topic.startsWith(other + "-")) && hasSettingsOfExchange(topic)) {
                exchanges.add(topic);
                partitions.put(topic, connection.partitions(topic));
                changelogs.put(topic, topic + "-changelog");
                partitions.put(topic + "-changelog", connection.partitions(topic + "-changelog"));
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

    String name() {
        return name;
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

    /** The partitions of several topics that exist. */
    List<TopicPartition> all(Iterable<String> topics) {
        List<TopicPartition> all = new ArrayList<>();
        topics.forEach(topic -> all.addAll(all(topic)));
        return all;
    }

    SortedMap<TopicPartition, OffsetAndMetadata> offsets() {
        return offsets;
    }

    @Nullable
    Committed committed(TopicPartition partition) {
        return committed.get(partition);
    }

    /** The state of the group and who is in it, in words. */
    record Members(String state, List<String> hosts) {}

    /** Who runs the pipeline now. */
    Members members() {
        try {
            ConsumerGroupDescription found = Objects.requireNonNull(connection
                    .get(
                            "describing group \"" + name + "\"",
                            connection
                                    .admin()
                                    .describeConsumerGroups(List.of(name))
                                    .all())
                    .get(name));
            List<String> hosts = found.members().stream()
                    .map(member -> member.clientId() + member.host())
                    .sorted()
                    .toList();
            return new Members(found.groupState().toString(), hosts);
        } catch (FailedException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return new Members("Empty", List.of());
            }
            throw e;
        }
    }

    /** @throws FailedException if a process runs the pipeline */
    void checkStopped() {
        Members members = members();
        if (!members.hosts().isEmpty()) {
            throw new FailedException("pipeline \"" + name + "\" is running: " + String.join(", ", members.hosts())
                    + " (expected: all its processes stopped; one that was killed leaves the group after its session"
                    + " timeout, 6 s by default)");
        }
    }

    /**
     * Marks all positions, so that the pipeline cannot start before the change is finished; then deletes the pipeline's own
     * topics, and waits until they are gone.
     */
    void deleteInternals(Progress progress) {
        Map<TopicPartition, OffsetAndMetadata> marked = new TreeMap<>(ORDER);
        offsets.forEach((partition, offset) -> {
            if (partitions.get(partition.topic()) != null) {
                String note = Committed.underWay(exchanges.contains(partition.topic()));
                marked.put(partition, new OffsetAndMetadata(offset.offset(), note));
            }
        });
        setOffsets(marked);
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
        while (stillCommitted(topics)) {
            waitUntil(end, "the positions in " + topics, progress);
        }
    }

    /** The broker drops the positions in a topic that is deleted, a moment later. */
    private boolean stillCommitted(List<String> topics) {
        return connection
                .get(
                        "reading the positions of group \"" + name + "\"",
                        connection.admin().listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata())
                .entrySet()
                .stream()
                .anyMatch(entry -> entry.getValue() != null
                        && topics.contains(entry.getKey().topic()));
    }

    private void waitUntil(long end, String what, Progress progress) {
        if (System.nanoTime() > end) {
            throw new FailedException(
                    what + ": still there " + connection.timeout().toSeconds()
                            + " s after the topic's deletion was accepted (expected: that it goes; run the command again, and"
                            + " until it succeeds the pipeline will not start)");
        }
        progress.pause();
    }

    /** Sets positions, none of which may belong to a running pipeline. */
    void setOffsets(Map<TopicPartition, OffsetAndMetadata> wanted) {
        if (wanted.isEmpty()) {
            return;
        }
        try {
            connection.get(
                    "setting positions of group \"" + name + "\"",
                    connection.admin().alterConsumerGroupOffsets(name, wanted).all());
        } catch (FailedException e) {
            if (e.getCause() instanceof UnknownMemberIdException || e.getCause() instanceof GroupNotEmptyException) {
                throw new FailedException(
                        "pipeline \"" + name + "\" was started meanwhile (expected: that it stays"
                                + " stopped until this is done)",
                        e);
            }
            throw e;
        }
    }
}
