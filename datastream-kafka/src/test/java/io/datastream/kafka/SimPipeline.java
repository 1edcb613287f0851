package io.datastream.kafka;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.error.ErrorPolicy;
import io.datastream.kafka.Readings.Average;
import io.datastream.kafka.Readings.Reading;
import io.datastream.plan.Plan;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.source.ListSource;
import io.datastream.source.Source;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import io.datastream.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A pipeline of the simulation and what it should give.
 *
 * @param plan the pipeline on topics
 * @param expected the results of each topic and key, in order, as a run in memory gives them
 * @param lastArrival when the last record of its input arrives; 0 if all are there from the start, to be read to the end
 */
record SimPipeline(Plan plan, Map<String, Map<String, List<String>>> expected, long lastArrival) {
    /** One of three kinds, over input that is written to the simulated Kafka. */
    static SimPipeline draw(SplittableRandom random, SimKafka kafka, int exchangePartitions) throws Exception {
        boolean arrives = random.nextInt(8) == 0;
        long end = kafka.now() + (1_000 + random.nextInt(14_000)) * SimKafka.MILLI;
        int records = 30 + random.nextInt(60);
        int kind = random.nextInt(6);
        boolean regroups = kind < 3;
        // input that is not read to its end is never idle, however slowly it is read
        Duration idleAfter = Duration.ofMillis(20 + random.nextInt(500));
        boolean mayIdle = arrives || random.nextBoolean();
        UnaryOperator<Source<Reading>> idle = source -> mayIdle ? source.idleAfter(idleAfter) : source;
        SimInput input = arrives
                ? SimInput.arriving(random.split(), 1 + random.nextInt(4), regroups, kafka.now(), end)
                : new SimInput(random.split(), 1 + random.nextInt(4), records, regroups);
        if (regroups) {
            SimInput right = arrives
                    ? SimInput.arriving(random.split(), 1 + random.nextInt(2), true, kafka.now(), end)
                    : new SimInput(random.split(), 1 + random.nextInt(2), records, true);
            input.writeTo(kafka, Regrouping.LEFT);
            right.writeTo(kafka, Regrouping.RIGHT);
            return new SimPipeline(
                    Regrouping.onKafka(idle).plan(),
                    Regrouping.expected(input.readings, right.readings, exchangePartitions),
                    arrives ? end : 0);
        }
        input.writeTo(kafka, Readings.TOPIC);
        Source<Reading> source = idle.apply(
                source(KafkaSource.topic(Readings.TOPIC, Readings.CODEC).eventTimeNanos(Reading::time)));
        boolean isMixed = kind < 5;
        return new SimPipeline(
                (isMixed ? mixed(source) : Readings.pipeline(source)).plan(),
                isMixed ? mixed(input.readings, exchangePartitions) : Runs.expected(input.readings),
                arrives ? end : 0);
    }

    private static Source<Reading> source(Source<Reading> source) {
        return source.disorderUpTo(Duration.ofMillis(40)).onError(ErrorPolicy.skip());
    }

    /** State beside the source, and exchanges fed by that and by the source itself. */
    private static Pipeline mixed(Source<Reading> source) {
        Stream<Reading> readings = Pipeline.from(source);
        KeyedStream<String, Reading> sensors = readings.keyedBy(Reading::sensor);
        KeyedStream<String, Windowed<String, Double>> sums =
                sensors.window(Tumbling.of(Duration.ofMillis(100))).aggregate(Aggregations.sum(Reading::value));
        return sensors.process(new Average())
                .to(Readings.text("averages"))
                .and(sums.to(Readings.windows("sums")))
                .and(sums.values()
                        .keyBy(w -> w.key().substring(0, 1))
                        .window(Tumbling.of(Duration.ofMillis(300)))
                        .aggregate(Aggregations.sum(Windowed::value))
                        .to(Readings.windows("totals")))
                .and(readings.keyBy(r -> r.sensor().substring(3))
                        .withCodec(Readings.CODEC)
                        .window(Tumbling.of(Duration.ofMillis(200)))
                        .aggregate(Aggregations.mean(Reading::value))
                        .to(Readings.windows("means")))
                .named("mixed");
    }

    private static Map<String, Map<String, List<String>>> mixed(List<List<Reading>> readings, int shards)
            throws Exception {
        Topics topics = new Topics();
        Source<Reading> source =
                source(ListSource.<Reading>partitioned(readings).eventTimeNanos(Reading::time));
        try (PipelineController controller =
                LocalRuntime.create().withTopics(topics).withShards(shards).start(mixed(source))) {
            controller.awaitTermination();
        }
        Map<String, Map<String, List<String>>> all = new TreeMap<>();
        for (String topic : List.of("averages", "sums", "totals", "means")) {
            all.put(topic, Runs.byKey(topics.topic(topic).values(Codec.utf8())));
        }
        return all;
    }
}
