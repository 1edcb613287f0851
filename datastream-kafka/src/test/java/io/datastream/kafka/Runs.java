package io.datastream.kafka;

import io.datastream.codec.Codec;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.source.ListSource;
import io.datastream.source.Source;
import io.datastream.testkit.KafkaServer;
import io.datastream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the pipeline of the tests gives in memory, and what it gave on a broker. */
final class Runs {
    private static final Codec<String> TEXT = Codec.utf8();

    private Runs() {}

    /** The results of each topic and key, in order, as a run in memory gives them. */
    static Map<String, Map<String, List<String>>> expected(List<List<Reading>> readings) throws Exception {
        Topics topics = new Topics();
        Source<Reading> source = ListSource.<Reading>partitioned(readings)
                .eventTimeNanos(Reading::time)
                .disorderUpTo(Duration.ofMillis(40));
        try (PipelineController controller =
                LocalRuntime.create().withTopics(topics).start(Readings.pipeline(source))) {
            controller.awaitTermination();
        }
        Map<String, Map<String, List<String>>> all = new LinkedHashMap<>();
        for (String topic : Readings.RESULTS) {
            all.put(topic, byKey(topics.topic(topic).values(TEXT)));
        }
        return all;
    }

    private static void add(Map<String, List<String>> byKey, String line) {
        byKey.computeIfAbsent(line.substring(0, line.indexOf(' ')), any -> new ArrayList<>())
                .add(line);
    }

    /** Lines that start with a key and a space, by key. */
    static Map<String, List<String>> byKey(List<String> lines) {
        Map<String, List<String>> byKey = new TreeMap<>();
        lines.forEach(line -> add(byKey, line));
        return byKey;
    }

    static Map<String, Map<String, List<String>>> results(KafkaServer broker) {
        return results(broker, Readings.RESULTS);
    }

    static Map<String, Map<String, List<String>>> results(KafkaServer broker, List<String> topics) {
        Map<String, Map<String, List<String>>> all = new LinkedHashMap<>();
        for (String topic : topics) {
            all.put(
                    topic,
                    byKey(broker.readCommitted(topic).stream()
                            .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                            .toList()));
        }
        return all;
    }
}
