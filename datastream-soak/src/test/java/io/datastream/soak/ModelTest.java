package io.datastream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.Codec;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.soak.PartitionLog.Kind;
import io.datastream.testkit.Await;
import io.datastream.topic.Topic;
import io.datastream.topic.TopicRecord;
import io.datastream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModelTest {
    private static final long SECOND = 1_000_000_000L;

    private static PartitionLog meters(Reading... readings) {
        PartitionLog log = new PartitionLog(Pipelines.METERS, 0);
        for (Reading reading : readings) {
            log.add(reading, Kind.GOOD);
        }
        return log;
    }

    private static Reading at(double seconds, double value) {
        return new Reading("p0-k0", Math.round(seconds * SECOND), value);
    }

    @Test
    void addsUpWindowsAndFindsWhatIsLateForThem() {
        // the watermark is at 3 s when the third record comes: the window up to 2 s has ended, the slide's slice too
        Model model = new Model(List.of(meters(at(1, 2), at(5, 3), at(1.5, 4), at(3.5, 5))));
        assertThat(model.results(Pipelines.SUMS).get("p0-k0"))
                .containsExactly(
                        Pipelines.line("p0-k0", 0, 2),
                        Pipelines.line("p0-k0", 2 * SECOND, 5),
                        Pipelines.line("p0-k0", 4 * SECOND, 3));
        assertThat(model.late())
                .containsExactlyInAnyOrder(
                        "sums soak-meters-0@2", "slides soak-meters-0@2", "averages soak-meters-0@2");
        assertThat(model.table())
                .containsExactlyInAnyOrderEntriesOf(Map.of("p0-k0 0", 11.0, "p0-k0 " + 5 * SECOND, 3.0));
    }

    @Test
    void countsInOrderOfTimeAndTellsWhenAKeyIsQuiet() {
        Model model = new Model(List.of(meters(at(1, 10), at(2, 20), at(1.5, 30), at(6, 40))));
        assertThat(model.results(Pipelines.AVERAGES).get("p0-k0"))
                .extracting(line -> line.split(" ")[1] + " " + line.split(" ")[2] + (line.endsWith("quiet") ? "q" : ""))
                .containsExactly(
                        "1000000000 1",
                        "1500000000 2",
                        "2000000000 3",
                        "5000000000 3q",
                        "6000000000 4",
                        "9000000000 4q");
    }

    @Test
    void agreesWithARunInMemory() {
        long seed = 11;
        List<PartitionLog> logs = generate(seed);
        Model model = new Model(logs);
        Topics topics = topics(logs);
        try (Table table = Table.start();
                PipelineController keyed =
                        LocalRuntime.create().withTopics(topics).start(Pipelines.keyed(table.url()));
                PipelineController merged =
                        LocalRuntime.create().withTopics(topics).start(Pipelines.merged())) {
            Await.until("all results", Duration.ofSeconds(60), () -> isComplete(model, topics, table));
            keyed.drain();
            merged.drain();
            Comparison comparison = new Comparison();
            for (String step : Pipelines.steps()) {
                comparison.results(Pipelines.topic(step), model.results(step), results(topics, step));
            }
            comparison.letters(Pipelines.LETTERS, model.letters(), letters(topics, Pipelines.LETTERS));
            comparison.letters(Pipelines.LATE, model.late(), letters(topics, Pipelines.LATE));
            comparison.letters(Pipelines.MERGED_LATE, model.mergedLate(), letters(topics, Pipelines.MERGED_LATE));
            comparison.rows(Pipelines.TABLE_NAME, model.table(), table.rows());
            assertThat(comparison.differences()).as("seed " + seed).isEmpty();
            assertThat(comparison.isEqual()).as("seed " + seed).isTrue();
            assertThat(Set.of(
                            model.letters().size(),
                            model.late().size(),
                            model.mergedLate().size(),
                            model.table().size()))
                    .as("seed " + seed)
                    .doesNotContain(0);
        }
    }

    private static List<PartitionLog> generate(long seed) {
        Generator generator = new Generator(new SplittableRandom(seed));
        List<PartitionLog> logs = Input.emptyLogs();
        for (int round = 0; round < 300; round++) {
            for (int i = 0; i < logs.size(); i++) {
                PartitionLog log = logs.get(i);
                generator.generate(log, round * SECOND / 10 + i * 1_000L, 10, log::add);
            }
        }
        logs.forEach(log -> log.add(Reading.end(log.toString(), 3_600 * SECOND), Kind.GOOD));
        return logs;
    }

    private static Topics topics(List<PartitionLog> logs) {
        Topics topics = new Topics();
        topics.create(Pipelines.METERS, Input.METER_PARTITIONS);
        topics.create(Pipelines.LEFT, Input.LEFT_PARTITIONS);
        topics.create(Pipelines.RIGHT, Input.RIGHT_PARTITIONS);
        for (PartitionLog log : logs) {
            Topic topic = topics.topic(log.topic);
            for (int offset = 0; offset < log.size(); offset++) {
                Reading reading = new Reading(log.key(offset), log.time(offset), log.value(offset));
                byte[] key = reading.key().getBytes(StandardCharsets.UTF_8);
                topic.append(log.partition, log.time(offset), key, Input.bytes(log, offset, reading, log.kind(offset)));
            }
        }
        return topics;
    }

    private static boolean isComplete(Model model, Topics topics, Table table) {
        return Pipelines.steps().stream()
                        .allMatch(step -> results(topics, step).values().stream()
                                        .mapToLong(List::size)
                                        .sum()
                                >= model.count(step))
                && table.rows().size() >= model.table().size();
    }

    private static Map<String, List<String>> results(Topics topics, String step) {
        Map<String, List<String>> results = new TreeMap<>();
        topics.find(Pipelines.topic(step))
                .ifPresent(topic -> topic.values(Codec.utf8())
                        .forEach(line -> results.computeIfAbsent(
                                        line.substring(0, line.indexOf(' ')), any -> new ArrayList<>())
                                .add(line)));
        results.keySet().removeIf(Reading::isEnd);
        return results;
    }

    private static Map<String, Integer> letters(Topics topics, String name) {
        Map<String, Integer> letters = new TreeMap<>();
        for (TopicRecord record : topics.topic(name).read(0, 0, Integer.MAX_VALUE)) {
            Map<String, String> headers = record.headers().stream()
                    .collect(Collectors.toMap(header -> header.name(), header -> header.text(), (a, b) -> b));
            String letter = Model.letter(
                    String.valueOf(headers.get("datastream.step")),
                    String.valueOf(headers.get("datastream.topic")),
                    Integer.parseInt(headers.get("datastream.partition")),
                    Long.parseLong(headers.get("datastream.offset")));
            letters.merge(letter, 1, Integer::sum);
        }
        return letters;
    }
}
