package io.datastream.kafka;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.error.ErrorPolicy;
import io.datastream.kafka.Readings.Average;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.source.ListSource;
import io.datastream.source.Source;
import io.datastream.time.Session;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import io.datastream.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The pipeline of the tests that regroups: two topics whose sensors are spread over all partitions, merged and keyed, and
 * results keyed anew.
 */
final class Regrouping {
    static final String LEFT = "left";
    static final String RIGHT = "right";
    static final List<String> RESULTS = List.of("sums", "means", "sessions", "averages", "totals", "latest");

    private Regrouping() {}

    static Pipeline onKafka() {
        return onKafka(source -> source);
    }

    /** The same with changed sources. */
    static Pipeline onKafka(UnaryOperator<Source<Reading>> change) {
        return pipeline(
                change.apply(source(KafkaSource.topic(LEFT, Readings.CODEC).eventTimeNanos(Reading::time))),
                change.apply(source(KafkaSource.topic(RIGHT, Readings.CODEC).eventTimeNanos(Reading::time))));
    }

    private static Source<Reading> source(Source<Reading> source) {
        return source.disorderUpTo(Duration.ofMillis(40)).onError(ErrorPolicy.skip());
    }

    private static Pipeline pipeline(Source<Reading> left, Source<Reading> right) {
        KeyedStream<String, Reading> keyed = Pipeline.from(left)
                .filter(r -> Brake.pass(r) && r.value() > -9e5)
                .merge(Pipeline.from(right).filter(Brake::pass))
                .keyBy(Reading::sensor)
                .withCodec(Readings.CODEC);
        KeyedStream<String, Windowed<String, Double>> sums =
                keyed.window(Tumbling.of(Duration.ofMillis(100))).aggregate(Aggregations.sum(Reading::value));
        KeyedStream<String, Windowed<String, Double>> groups =
                sums.values().keyBy(w -> w.key().substring(0, 2));
        return sums.to(Readings.windows("sums"))
                .and(keyed.window(Sliding.of(Duration.ofMillis(500)).every(Duration.ofMillis(100)))
                        .aggregate(Aggregations.mean(Reading::value))
                        .to(Readings.windows("means")))
                .and(keyed.window(Session.withGap(Duration.ofMillis(3)))
                        .aggregate(Aggregations.sum(Reading::value))
                        .to(Readings.windows("sessions")))
                .and(keyed.process(new Average()).to(Readings.text("averages")))
                .and(groups.window(Tumbling.of(Duration.ofMillis(300)))
                        .aggregate(Aggregations.sum(Windowed::value))
                        .to(Readings.windows("totals")))
                .and(groups.mapValues(
                                (group, w) -> new Reading(group, w.window().endNanos(), w.value()))
                        .process(new Average())
                        .named("latest")
                        .to(Readings.text("latest")))
                .named("regrouping");
    }

    /** Readings for each partition of a topic, every sensor in every partition, times out of order, a few late. */
    static List<List<Reading>> generate(long seed, int partitions, int records) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<Reading>> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            List<Reading> list = new ArrayList<>();
            for (int i = 0; i < records; i++) {
                long back = random.nextInt(random.nextInt(50) == 0 ? 200 : 40);
                long time = Math.max(0, i - back) * 1_000_000L;
                String sensor = "g" + random.nextInt(3) + "-s" + random.nextInt(6);
                list.add(new Reading(sensor, time, random.nextDouble(-1e6, 1e6)));
            }
            all.add(list);
        }
        return all;
    }

    static List<ProducerRecord<byte[], byte[]>> records(String topic, List<List<Reading>> readings) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int partition = 0; partition < readings.size(); partition++) {
            for (Reading reading : readings.get(partition)) {
                records.add(new ProducerRecord<>(topic, partition, null, Readings.CODEC.encode(reading)));
            }
        }
        return records;
    }

    /** The results of each topic and key, in order, as a run in memory gives them. */
    static Map<String, Map<String, List<String>>> expected(List<List<Reading>> left, List<List<Reading>> right)
            throws Exception {
        return expected(left, right, LocalRuntime.DEFAULT_SHARDS);
    }

    /** The same with as many shards of each stage as the exchanges have partitions. */
    static Map<String, Map<String, List<String>>> expected(
            List<List<Reading>> left, List<List<Reading>> right, int shards) throws Exception {
        Topics topics = new Topics();
        Pipeline pipeline = pipeline(
                source(ListSource.<Reading>partitioned(left).eventTimeNanos(Reading::time))
                        .named(LEFT),
                source(ListSource.<Reading>partitioned(right).eventTimeNanos(Reading::time))
                        .named(RIGHT));
        try (PipelineController controller =
                LocalRuntime.create().withTopics(topics).withShards(shards).start(pipeline)) {
            controller.awaitTermination();
        }
        Map<String, Map<String, List<String>>> all = new TreeMap<>();
        RESULTS.forEach(topic -> all.put(topic, Runs.byKey(topics.topic(topic).values(Codec.utf8()))));
        return all;
    }
}
