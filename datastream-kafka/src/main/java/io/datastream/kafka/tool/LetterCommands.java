package io.datastream.kafka.tool;

import io.datastream.kafka.internal.LetterHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The commands about a topic of dead letters or late records: list and replay. */
final class LetterCommands {
    /** How many letters a list shows, unless told otherwise. */
    static final int DEFAULT_LIMIT = 100;

    private LetterCommands() {}

    /** Shows letters, and counts them by what went wrong. */
    static Report list(Connection connection, String topic, LetterFilter filter, int limit, Progress progress) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        Map<List<@Nullable Object>, Long> counts =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        long[] all = new long[1];
        long others = read(connection, topic, progress, letter -> {
            if (filter.accepts(letter)) {
                all[0]++;
                if (rows.size() < limit) {
                    rows.add(letter.row());
                }
                List<@Nullable Object> group = new ArrayList<>();
                group.add(letter.header(LetterHeaders.PIPELINE));
                group.add(letter.header(LetterHeaders.STEP));
                group.add(letter.header(LetterHeaders.ERROR_CLASS));
                counts.merge(group, 1L, Long::sum);
            }
        });
        List<List<@Nullable Object>> summary = new ArrayList<>();
        counts.forEach((group, count) -> {
            List<@Nullable Object> row = new ArrayList<>(group);
            row.add(count);
            summary.add(row);
        });
        Report report = new Report()
                .with("topic", topic)
                .with("count", all[0])
                .rows("letters", Letter.COLUMNS, rows)
                .line(all[0] > rows.size() ? "... and " + (all[0] - rows.size()) + " more (--limit N shows more)" : "")
                .rows("summary", List.of("pipeline", "step", "error", "count"), summary)
                .line(all[0] + " letters");
        return others == 0 ? report : report.line(others + " other records, which no pipeline has written as letters");
    }

    /**
     * Writes the original records of chosen letters to the partitions that they came from, in one transaction: all or none.
     */
    static Report replay(
            Connection connection, String topic, LetterFilter filter, int limit, boolean really, Progress progress) {
        List<Letter> chosen = new ArrayList<>();
        read(connection, topic, progress, letter -> {
            if (filter.accepts(letter) && chosen.size() < limit) {
                chosen.add(letter);
            }
        });
        if (!filter.missing().isEmpty()) {
            throw new FailedException("topic \"" + topic + "\": no letter at " + filter.missing()
                    + " (expected: places that the list shows); nothing was replayed");
        }
        Map<String, Long> targets = new TreeMap<>();
        List<List<Object>> left = new ArrayList<>();
        try (Replay replay = new Replay(connection, really)) {
            for (Letter letter : chosen) {
                String why = replay.add(letter);
                if (why == null) {
                    targets.merge(Objects.requireNonNull(letter.source()).topic(), 1L, Long::sum);
                } else {
                    left.add(List.of(letter.at(), why));
                }
                progress.at("replaying", replay.count(), chosen.size());
            }
            replay.commit();
        }
        List<List<Object>> rows = new ArrayList<>();
        targets.forEach((to, count) -> rows.add(List.of(to, count)));
        return new Report()
                .with("topic", topic)
                .with("done", really)
                .with("chosen", chosen.size())
                .rows("replayed", List.of("to", "records"), rows)
                .rows("left", List.of("letter", "why"), left)
                .line((really ? "Replayed " : "Would replay ") + (chosen.size() - left.size()) + " of " + chosen.size()
                        + " chosen letters.")
                .line(
                        really
                                ? "The letters stay where they are: choosing them again would replay them again."
                                : "Nothing was written.");
    }

    /** Reads a topic up to where it ends now. Returns how many records are no letters. */
    private static long read(Connection connection, String topic, Progress progress, Consumer<Letter> to) {
        Integer count = connection.partitions(topic);
        if (count == null) {
            throw new FailedException("topic \"" + topic + "\" does not exist on " + connection.broker()
                    + " (expected: a topic of dead letters or late records)");
        }
        long others = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = connection.consumer()) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            consumer.assign(partitions);
            begins.forEach(consumer::seek);
            long all = sum(ends) - sum(begins);
            long last = System.nanoTime();
            long at = -1;
            while (true) {
                Map<TopicPartition, Long> left = new HashMap<>();
                for (TopicPartition partition : partitions) {
                    long rest = Objects.requireNonNull(ends.get(partition)) - consumer.position(partition);
                    if (rest > 0) {
                        left.put(partition, rest);
                    }
                }
                if (left.isEmpty()) {
                    return others;
                }
                if (sum(left) != at) {
                    at = sum(left);
                    last = System.nanoTime();
                } else if (System.nanoTime() - last > connection.timeout().toNanos()) {
                    throw connection.failed(
                            "reading topic \"" + topic + "\"", new java.util.concurrent.TimeoutException());
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    Letter letter = new Letter(record);
                    if (record.offset()
                            >= Objects.requireNonNull(ends.get(new TopicPartition(topic, record.partition())))) {
                        continue;
                    }
                    if (letter.isLetter()) {
                        to.accept(letter);
                    } else {
                        others++;
                    }
                }
                progress.at("reading " + topic, all - sum(left), all);
            }
        } catch (KafkaException e) {
            throw connection.failed("reading topic \"" + topic + "\"", e);
        }
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }
}
