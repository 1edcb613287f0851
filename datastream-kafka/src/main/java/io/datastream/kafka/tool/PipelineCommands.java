package io.datastream.kafka.tool;

import io.datastream.time.EventTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The commands about one pipeline on its broker: topics, lag, reset and delete. */
final class PipelineCommands {
    private PipelineCommands() {}

    /** The topics that a pipeline reads and those that are its own. */
    static Report topics(Connection connection, String name) {
        Group group = Group.of(connection, name);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (String topic : group.inputs()) {
            rows.add(row("input", connection, group, topic));
        }
        for (String topic : group.exchanges()) {
            rows.add(row("exchange", connection, group, topic));
        }
        for (String topic : group.changelogs().values()) {
            rows.add(row("changelog", connection, group, topic));
        }
        return new Report()
                .with("pipeline", name)
                .rows("topics", List.of("role", "topic", "partitions", "records"), rows)
                .line("Records are offsets between beginning and end; compacted ones and marks of transactions count."
                        + " The broker does not know where results go: the plan does.");
    }

    private static List<@Nullable Object> row(String role, Connection connection, Group group, String topic) {
        List<TopicPartition> partitions = group.all(topic);
        long records = sum(connection.offsets(partitions, OffsetSpec.latest()))
                - sum(connection.offsets(partitions, OffsetSpec.earliest()));
        return Arrays.asList(
                role, topic, group.partitions(topic), group.partitions(topic) == null ? null : (Object) records);
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How far a pipeline has come in each partition that it reads. */
    static Report lag(Connection connection, String name) {
        Group group = Group.of(connection, name);
        List<TopicPartition> partitions = new ArrayList<>(group.all(group.inputs()));
        partitions.addAll(group.all(group.exchanges()));
        Map<TopicPartition, Long> begins = connection.offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = connection.offsets(partitions, OffsetSpec.latest());
        List<List<@Nullable Object>> rows = new ArrayList<>();
        long total = 0;
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = group.offsets().get(partition);
            Committed committed = group.committed(partition);
            long begin = Objects.requireNonNull(begins.get(partition));
            long end = Objects.requireNonNull(ends.get(partition));
            long lag = Math.max(0, end - (offset == null ? begin : Math.max(begin, offset.offset())));
            total += lag;
            long latest = committed == null
                    ? EventTime.MIN
                    : committed.eventTimes().stream()
                            .mapToLong(Long::longValue)
                            .max()
                            .orElse(EventTime.MIN);
            rows.add(Arrays.asList(
                    partition.topic(),
                    partition.partition(),
                    offset == null ? null : offset.offset(),
                    end,
                    lag,
                    latest == EventTime.MIN ? null : EventTime.describe(latest),
                    committed != null && committed.ended() ? "ended" : notes(offset, begin, end)));
        }
        Group.Members members = group.members();
        return new Report()
                .with("pipeline", name)
                .with("group", members.state())
                .with("members", members.hosts())
                .with("lag", total)
                .rows(
                        "partitions",
                        List.of("topic", "partition", "position", "end", "lag", "latest event", "note"),
                        rows)
                .line("lag " + total + ", group " + members.state() + " with "
                        + members.hosts().size() + " members");
    }

    private static String notes(@Nullable OffsetAndMetadata offset, long begin, long end) {
        if (offset == null) {
            return "nothing committed";
        }
        if (offset.offset() < begin) {
            return "records before " + begin + " are gone";
        }
        return offset.offset() > end ? "beyond the end" : "";
    }

    /** Where a reset lets the pipeline begin. */
    record Target(String words, OffsetSpec spec) {
        static Target beginning() {
            return new Target("the beginning", OffsetSpec.earliest());
        }

        static Target time(Instant time) {
            return new Target("the first record from " + time + " on", OffsetSpec.forTimestamp(time.toEpochMilli()));
        }
    }

    /** Takes away what a pipeline remembers, and sets where it begins to read. */
    static Report reset(Connection connection, String name, Target target, boolean really, Progress progress) {
        Group group = Group.of(connection, name);
        group.checkStopped();
        List<TopicPartition> partitions = group.all(group.inputs());
        Map<TopicPartition, Long> ends = connection.offsets(partitions, OffsetSpec.latest());
        Map<TopicPartition, OffsetAndMetadata> wanted = new TreeMap<>(Group.ORDER);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        connection.offsets(partitions, target.spec()).forEach((partition, found) -> {
            long to = found < 0 ? Objects.requireNonNull(ends.get(partition)) : found;
            wanted.put(partition, new OffsetAndMetadata(to, ""));
            OffsetAndMetadata now = group.offsets().get(partition);
            rows.add(Arrays.asList(
                    partition.topic(), partition.partition(), now == null ? null : now.offset(), (Object) to));
        });
        if (really) {
            group.deleteInternals(progress);
            group.setOffsets(wanted);
        }
        return new Report()
                .with("pipeline", name)
                .with("done", really)
                .with("deletedTopics", group.internalTopics())
                .rows("positions", List.of("topic", "partition", "from", "to"), rows)
                .line((really ? "Deleted, with all state: " : "Would delete, with all state: ")
                        + listed(group.internalTopics()))
                .line((really ? "The pipeline starts anew at " : "The pipeline would start anew at ") + target.words()
                        + ". Topics of results keep what they have: results are written again behind it.")
                .line(really ? "" : "Nothing was changed. Add --yes to do it.");
    }

    /** Takes away all that the broker keeps for a pipeline. */
    static Report delete(Connection connection, String name, boolean really, Progress progress) {
        Group group = Group.of(connection, name);
        group.checkStopped();
        if (really) {
            group.deleteInternals(progress);
            connection.get(
                    "deleting group \"" + name + "\"",
                    connection.admin().deleteConsumerGroups(List.of(name)).all());
        }
        return new Report()
                .with("pipeline", name)
                .with("done", really)
                .with("deletedTopics", group.internalTopics())
                .with("deletedGroup", name)
                .line((really ? "Deleted topics: " : "Would delete topics: ") + listed(group.internalTopics()))
                .line((really ? "Deleted" : "Would delete") + " the positions in " + listed(group.inputs())
                        + ", with group " + name + ".")
                .line("Topics that the pipeline reads, and those of its results, stay as they are.")
                .line(really ? "" : "Nothing was changed. Add --yes to do it.");
    }

    private static String listed(Iterable<String> names) {
        String all = String.join(", ", names);
        return all.isEmpty() ? "none" : all;
    }
}
