package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.kafka.Readings.Average;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.source.ListSource;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.KafkaServer;
import io.datastream.time.Tumbling;
import io.datastream.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A pipeline with an exchange and state on topics of its own, seeded input for it, and what should come of that: so that
 * tests of what goes wrong can share a broker.
 */
final class Flow {
    private static final int PARTITIONS = 2;

    /** Where the pipelines of this process stop while it is closed. */
    private static final Gate GATE = new Gate();

    final String name;
    final Pipeline pipeline;
    private final long seed;
    private final List<List<Reading>> readings;
    private final List<String> results;
    private int produced;

    /** @param records for each of the two partitions of the input */
    Flow(String name, long seed, int records) {
        this.name = name;
        this.seed = seed;
        this.readings = Regrouping.generate(seed, PARTITIONS, records);
        this.results = List.of(name + "-averages", name + "-sums");
        this.pipeline = onKafka(name);
    }

    /** Stops who wants to pass while it is closed. */
    static final class Gate {
        private boolean closed;
        private boolean reached;

        synchronized void close() {
            closed = true;
            reached = false;
        }

        synchronized void open() {
            closed = false;
            notifyAll();
        }

        private synchronized boolean pass() {
            while (closed) {
                reached = true;
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted at the gate", e);
                }
            }
            return true;
        }

        private void awaitArrival(Duration limit) {
            Await.until("the pipeline has begun with a record", limit, this::isReached);
        }

        private synchronized boolean isReached() {
            return reached;
        }
    }

    /** The pipeline of a flow of this name, for another process. */
    static Pipeline onKafka(String name) {
        return pipeline(name, KafkaSource.topic(name, Readings.CODEC).eventTimeNanos(Reading::time));
    }

    private static Pipeline pipeline(String name, Source<Reading> source) {
        KeyedStream<String, Reading> keyed = Pipeline.from(
                        source.disorderUpTo(Duration.ofMillis(40)).named(name))
                .filter(any -> GATE.pass())
                .keyBy(Reading::sensor)
                .withCodec(Readings.CODEC);
        return keyed.window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.sum(Reading::value))
                .to(Readings.windows(name + "-sums"))
                .and(keyed.process(new Average()).to(Readings.text(name + "-averages")))
                .named(name);
    }

    /** Makes the topics of input and results. */
    Flow on(KafkaServer broker) {
        broker.createTopic(name, PARTITIONS);
        results.forEach(topic -> broker.createTopic(topic, PARTITIONS));
        return this;
    }

    /** Writes the next so many readings of each partition. */
    void produce(KafkaServer broker, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        int end = Math.min(produced + count, readings.get(0).size());
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (Reading reading : readings.get(partition).subList(produced, end)) {
                records.add(new ProducerRecord<>(name, partition, null, Readings.CODEC.encode(reading)));
            }
        }
        produced = end;
        broker.produce(records);
    }

    /**
     * The same, and returns when a pipeline of this process has begun with one of them and waits there, so that it cannot
     * have committed them, until the gate is opened.
     */
    Gate produceAndHold(KafkaServer broker, int count, Duration limit) {
        GATE.close();
        produce(broker, count);
        GATE.awaitArrival(limit);
        return GATE;
    }

    void produceAll(KafkaServer broker) {
        produce(broker, Integer.MAX_VALUE / 2);
    }

    /** How many results of the step that gives most of them are committed. */
    int results(KafkaServer broker) {
        return broker.readCommitted(name + "-averages").size();
    }

    /** Writes the rest of the input, runs the pipeline to its end, and compares all results with a run in memory. */
    void finish(KafkaServer broker, KafkaRuntime runtime) throws Exception {
        produce(broker, 1); // alone: of several batches for a broker that has just come back, Kafka may lose the first
        produceAll(broker);
        try (PipelineController controller = runtime.readToEnd().start(pipeline)) {
            controller.awaitTermination();
        }
        check(broker);
    }

    /** Compares all results with those of a run in memory. */
    void check(KafkaServer broker) throws Exception {
        assertThat(Runs.results(broker, results)).as("seed " + seed).isEqualTo(expected());
    }

    private Map<String, Map<String, List<String>>> expected() throws Exception {
        Topics topics = new Topics();
        Source<Reading> source = ListSource.<Reading>partitioned(readings).eventTimeNanos(Reading::time);
        try (PipelineController controller =
                LocalRuntime.create().withTopics(topics).start(pipeline(name, source))) {
            controller.awaitTermination();
        }
        Map<String, Map<String, List<String>>> all = new TreeMap<>();
        results.forEach(topic -> all.put(topic, Runs.byKey(topics.topic(topic).values(Codec.utf8()))));
        return all;
    }
}
