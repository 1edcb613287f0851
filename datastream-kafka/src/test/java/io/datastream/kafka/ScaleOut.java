package io.datastream.kafka;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.kafka.Readings.Average;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.source.ListSource;
import io.datastream.source.Source;
import io.datastream.source.SourceConnector;
import io.datastream.testkit.KafkaServer;
import io.datastream.time.Sliding;
import io.datastream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Two pipelines, one on a topic that is partitioned by key and one over an exchange, which give the same results in any
 * number of processes. Each run has a name of its own, so it begins at the beginning.
 */
final class ScaleOut {
    static final List<String> RESULTS = List.of("-means", "-averages", "-x-means", "-x-averages");

    private ScaleOut() {}

    static Pipeline keyed(String run) {
        return pipeline(
                run, source(KafkaSource.topic(Readings.TOPIC, Readings.CODEC)).keyedBy(Reading::sensor));
    }

    static Pipeline exchanged(String run) {
        return exchanged(
                run,
                KafkaSource.topic(Regrouping.LEFT, Readings.CODEC),
                KafkaSource.topic(Regrouping.RIGHT, Readings.CODEC));
    }

    private static Pipeline exchanged(String run, SourceConnector<Reading> left, SourceConnector<Reading> right) {
        return pipeline(
                run + "-x",
                Pipeline.from(dated(left).named(Regrouping.LEFT))
                        .filter(Brake::pass)
                        .merge(Pipeline.from(dated(right).named(Regrouping.RIGHT))
                                .filter(Brake::pass))
                        .keyBy(Reading::sensor));
    }

    private static Stream<Reading> source(SourceConnector<Reading> connector) {
        return Pipeline.from(dated(connector)).filter(Brake::pass);
    }

    private static Source<Reading> dated(SourceConnector<Reading> connector) {
        return connector.eventTimeNanos(Reading::time).disorderUpTo(Duration.ofMillis(40));
    }

    private static Pipeline pipeline(String name, KeyedStream<String, Reading> keyed) {
        return keyed.window(Sliding.of(Duration.ofMillis(500)).every(Duration.ofMillis(100)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(Readings.windows(name + "-means"))
                .and(keyed.process(new Average()).to(Readings.text(name + "-averages")))
                .named(name);
    }

    /** The hash of the results of a run in memory. */
    static String expected(List<List<Reading>> keyed, List<List<Reading>> left, List<List<Reading>> right)
            throws Exception {
        Topics topics = new Topics();
        List<Pipeline> pipelines = List.of(
                pipeline("run", source(ListSource.partitioned(keyed)).keyedBy(Reading::sensor)),
                exchanged("run", ListSource.partitioned(left), ListSource.partitioned(right)));
        for (Pipeline pipeline : pipelines) {
            try (PipelineController controller =
                    LocalRuntime.create().withTopics(topics).start(pipeline)) {
                controller.awaitTermination();
            }
        }
        return hash(results -> topics.topic("run" + results).values(Codec.utf8()));
    }

    /** The hash of the results of a run on a broker. */
    static String found(KafkaServer broker, String run) {
        return hash(results -> broker.readCommitted(run + results).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList());
    }

    /** One hash of all results: of each key, in order. */
    private static String hash(Function<String, List<String>> lines) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String results : RESULTS) {
                Map<String, List<String>> byKey = Runs.byKey(lines.apply(results));
                byKey.values()
                        .forEach(sequence -> sequence.forEach(line -> {
                            digest.update(line.getBytes(StandardCharsets.UTF_8));
                            digest.update((byte) '\n');
                        }));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }
}
