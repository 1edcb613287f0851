package io.datastream.bench.compare;

import io.datastream.bench.compare.Readings.Mean;
import io.datastream.bench.compare.Readings.Reading;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The least that must be done: a loop by hand for each thread between Kafka's clients, with sums in maps. It commits no
 * position and stores no state, so what it has done is lost with it.
 */
final class ClientsEngine implements Engine {
    @Override
    public void start(Job job) {
        for (int i = 0; i < job.threads(); i++) {
            Meter.failWith(() -> loop(job));
        }
    }

    private static final class Sum {
        double sum;
        long count;
    }

    /** The open windows of a partition, by start and sensor. */
    private static final class Windows {
        final TreeMap<Long, Map<String, Sum>> open = new TreeMap<>();
        long highest;

        void add(Reading reading) {
            long start = reading.time() - Math.floorMod(reading.time(), (long) Readings.WINDOW_MILLIS);
            Sum sum = open.computeIfAbsent(start, any -> new HashMap<>())
                    .computeIfAbsent(reading.sensor(), any -> new Sum());
            sum.sum += reading.value();
            sum.count++;
            highest = Math.max(highest, reading.time());
        }
    }

    private static void loop(Job job) {
        Map<String, Object> reading = Map.of(
                "bootstrap.servers", job.bootstrap(),
                "group.id", job.output() + "-clients",
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest",
                "max.poll.records", "5000",
                "max.partition.fetch.bytes", "4194304");
        Map<String, Object> writing = Map.of(
                "bootstrap.servers", job.bootstrap(),
                "linger.ms", "20",
                "batch.size", "262144",
                "buffer.memory", "67108864");
        Map<TopicPartition, Windows> partitions = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer())) {
            consumer.subscribe(List.of(job.input()));
            while (!Thread.currentThread().isInterrupted()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(20));
                for (TopicPartition partition : records.partitions()) {
                    Windows windows = partitions.computeIfAbsent(partition, any -> new Windows());
                    for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                        windows.add(Readings.decode(record.value()));
                    }
                    close(windows, job.output(), producer);
                }
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a result that is missing is found when results are checked
    private static void close(Windows windows, String output, KafkaProducer<byte[], byte[]> producer) {
        long watermark = windows.highest - Readings.GRACE_MILLIS;
        while (!windows.open.isEmpty() && windows.open.firstKey() + Readings.WINDOW_MILLIS <= watermark) {
            Map.Entry<Long, Map<String, Sum>> closed = windows.open.pollFirstEntry();
            long start = closed.getKey();
            closed.getValue()
                    .forEach((sensor, sum) -> producer.send(new ProducerRecord<>(
                            output,
                            sensor.getBytes(StandardCharsets.UTF_8),
                            Readings.MEANS.encode(new Mean(
                                    sensor, start, start + Readings.WINDOW_MILLIS, sum.sum / sum.count, sum.count)))));
        }
    }
}
