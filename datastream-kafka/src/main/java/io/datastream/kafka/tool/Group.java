package io.datastream.kafka.tool;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;

/** A consumer group: of a pipeline, or of one of the parts it is cut into. */
final class Group {
    /** By topic and number. */
    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private final Connection connection;
    private final String name;
    private final SortedMap<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>(ORDER);
    private final SortedMap<TopicPartition, Committed> committed = new TreeMap<>(ORDER);

    private Group(Connection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    /**
     * Reads the positions of a group, after those transactions have ended that would still change them.
     *
     * @throws FailedException if the group belongs to another program, or has no positions
     */
    static Group of(Connection connection, String name) {
        Group group = new Group(connection, name);
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
                group.offsets.put(partition, offset);
                group.committed.put(partition, known);
            }
        });
        if (group.offsets.isEmpty()) {
            throw new FailedException("pipeline \"" + name + "\": " + connection.broker()
                    + " knows no positions of a consumer group of this name (expected: the name that the pipeline was"
                    + " given with named(\"...\"), and --part for each part of one that is cut)");
        }
        return group;
    }

    String name() {
        return name;
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
                        "pipeline \"" + name + "\" was started meanwhile (expected: that it stays stopped until this is"
                                + " done)",
                        e);
            }
            throw e;
        }
    }

    /** The broker drops the positions in a topic that is deleted, a moment later. */
    boolean isStillCommitted(List<String> topics) {
        return connection
                .get(
                        "reading the positions of group \"" + name + "\"",
                        connection.admin().listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata())
                .entrySet()
                .stream()
                .anyMatch(entry -> entry.getValue() != null
                        && topics.contains(entry.getKey().topic()));
    }
}
