package io.datastream.kafka.tool;

import io.datastream.time.EventTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
    static Report topics(Connection connection, KnownPipeline pipeline) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (String topic : pipeline.inputs()) {
            rows.add(row("input", connection, pipeline, topic));
        }
        for (String topic : pipeline.exchanges()) {
            rows.add(row("exchange", connection, pipeline, topic));
        }
        for (String topic : pipeline.changelogs().values()) {
            rows.add(row("changelog", connection, pipeline, topic));
        }
        return new Report()
                .with("groups", names(pipeline))
                .rows("topics", List.of("role", "topic", "partitions", "records"), rows)
                .line("Records are offsets between beginning and end; compacted ones and marks of transactions count."
                        + " The broker does not know where results go: the plan does.");
    }

    private static List<String> names(KnownPipeline pipeline) {
        return pipeline.groups().stream().map(Group::name).toList();
    }

    private static List<@Nullable Object> row(
            String role, Connection connection, KnownPipeline pipeline, String topic) {
        List<TopicPartition> partitions = pipeline.all(topic);
        long records = sum(connection.offsets(partitions, OffsetSpec.latest()))
                - sum(connection.offsets(partitions, OffsetSpec.earliest()));
        Integer count = pipeline.partitions(topic);
        return Arrays.asList(role, topic, count, count == null ? null : (Object) records);
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How far a pipeline has come in each partition that it reads. */
    static Report lag(Connection connection, KnownPipeline pipeline) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        List<List<@Nullable Object>> groups = new ArrayList<>();
        long total = 0;
        for (Group group : pipeline.groups()) {
            long lag = lag(connection, pipeline, group, rows);
            total += lag;
            Group.Members members = group.members();
            groups.add(List.of(group.name(), members.state(), lag, String.join(", ", members.hosts())));
        }
        return new Report()
                .with("lag", total)
                .rows(
                        "partitions",
                        List.of("group", "topic", "partition", "position", "end", "lag", "latest event", "note"),
                        rows)
                .line(" ")
                .rows("groups", List.of("group", "state", "lag", "members"), groups);
    }

    private static long lag(
            Connection connection, KnownPipeline pipeline, Group group, List<List<@Nullable Object>> rows) {
        List<TopicPartition> partitions = pipeline.readBy(group);
        Map<TopicPartition, Long> begins = connection.offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = connection.offsets(partitions, OffsetSpec.latest());
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
                    group.name(),
                    partition.topic(),
                    partition.partition(),
                    offset == null ? null : (Object) offset.offset(),
                    end,
                    lag,
                    latest == EventTime.MIN ? null : EventTime.describe(latest),
                    committed != null && committed.ended() ? "ended" : notes(offset, begin, end)));
        }
        return total;
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
    static Report reset(
            Connection connection, KnownPipeline pipeline, Target target, boolean really, Progress progress) {
        pipeline.checkStopped();
        Map<Group, Map<TopicPartition, OffsetAndMetadata>> all = new LinkedHashMap<>();
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Group group : pipeline.groups()) {
            List<TopicPartition> partitions = pipeline.readBy(group).stream()
                    .filter(partition -> pipeline.inputs().contains(partition.topic()))
                    .toList();
            Map<TopicPartition, Long> ends = connection.offsets(partitions, OffsetSpec.latest());
            Map<TopicPartition, OffsetAndMetadata> wanted = new TreeMap<>(Group.ORDER);
            Map<TopicPartition, Long> found = connection.offsets(partitions, target.spec());
            for (TopicPartition partition : partitions) {
                long at = Objects.requireNonNull(found.get(partition));
                long to = at < 0 ? Objects.requireNonNull(ends.get(partition)) : at;
                wanted.put(partition, new OffsetAndMetadata(to, ""));
                OffsetAndMetadata now = group.offsets().get(partition);
                rows.add(Arrays.asList(
                        group.name(),
                        partition.topic(),
                        partition.partition(),
                        now == null ? null : (Object) now.offset(),
                        to));
            }
            all.put(group, wanted);
        }
        if (really) {
            pipeline.deleteInternals(progress);
            all.forEach(Group::setOffsets);
        }
        return new Report()
                .with("done", really)
                .with("deletedTopics", pipeline.internalTopics())
                .rows("positions", List.of("group", "topic", "partition", "from", "to"), rows)
                .line((really ? "Deleted, with all state: " : "Would delete, with all state: ")
                        + listed(pipeline.internalTopics()))
                .line((really ? "The pipeline starts anew at " : "The pipeline would start anew at ") + target.words()
                        + ". Topics of results keep what they have: results are written again behind it.")
                .line(really ? "" : "Nothing was changed. Add --yes to do it.");
    }

    /** Takes away all that the broker keeps for a pipeline. */
    static Report delete(Connection connection, KnownPipeline pipeline, boolean really, Progress progress) {
        pipeline.checkStopped();
        List<String> groups = names(pipeline);
        if (really) {
            pipeline.deleteInternals(progress);
            connection.get(
                    "deleting groups " + groups,
                    connection.admin().deleteConsumerGroups(groups).all());
        }
        return new Report()
                .with("done", really)
                .with("deletedTopics", pipeline.internalTopics())
                .with("deletedGroups", groups)
                .line((really ? "Deleted topics: " : "Would delete topics: ") + listed(pipeline.internalTopics()))
                .line((really ? "Deleted" : "Would delete") + " the positions in " + listed(pipeline.inputs())
                        + ", with the groups " + listed(groups) + ".")
                .line("Topics that the pipeline reads, and those of its results, stay as they are.")
                .line(really ? "" : "Nothing was changed. Add --yes to do it.");
    }

    private static String listed(Iterable<String> names) {
        String all = String.join(", ", names);
        return all.isEmpty() ? "none" : all;
    }
}
