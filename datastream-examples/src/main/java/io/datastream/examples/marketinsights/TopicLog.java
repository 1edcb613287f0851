package io.datastream.examples.marketinsights;

import io.datastream.codec.Codec;
import io.datastream.kafka.KafkaSecurity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the example does with Kafka besides its pipeline: making topics, sending trades, reading results. */
final class TopicLog {
    private static final int LIMIT_SECONDS = 15;
    private static final int LIMIT_MILLIS = LIMIT_SECONDS * 1_000;
    private static final long LIMIT_NANOS = LIMIT_SECONDS * 1_000_000_000L;

    private final String broker;
    private final KafkaSecurity security;

    TopicLog(String broker, KafkaSecurity security) {
        this.broker = broker;
        this.security = security;
    }

    /** Settings of a client. */
    private Map<String, Object> client(Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(security.clientSettings());
        all.put("bootstrap.servers", broker);
        all.putAll(own);
        return all;
    }

    /** Makes a topic of one partition, if there is none; the trades are of one symbol. */
    void create(String topic) {
        try (Admin admin = admin()) {
            NewTopic wanted = new NewTopic(topic, 1, (short) -1).configs(Map.of("retention.ms", "-1"));
            admin.createTopics(List.of(wanted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new ProblemException(
                        "kafka.broker: " + broker + ": topic " + topic + " cannot be made within " + LIMIT_SECONDS
                                + " s (expected: a broker that answers): " + e.getCause(),
                        e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException("interrupted while topic " + topic + " was made", e);
        }
    }

    private Admin admin() {
        return Admin.create(client(Map.of("request.timeout.ms", LIMIT_MILLIS, "default.api.timeout.ms", LIMIT_MILLIS)));
    }

    /** How many records have been written to a topic without transactions. */
    long count(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.endOffsets(partitions(consumer, topic)).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    /** Sends trades as JSON, in order, and tells how many have been sent. */
    void send(String topic, Codec<Trade> codec, List<Trade> trades, LongConsumer sent) {
        Map<String, Object> settings = client(Map.of("acks", "all", "linger.ms", "5", "batch.size", "131072"));
        List<Exception> failures = new ArrayList<>();
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            long count = 0;
            for (Trade trade : trades) {
                var unused = producer.send(
                        new ProducerRecord<>(topic, trade.symbol(), codec.encode(trade)), (metadata, failure) -> {
                            if (failure != null) {
                                failures.add(failure);
                            }
                        });
                sent.accept(++count);
            }
            producer.flush();
        }
        if (!failures.isEmpty()) {
            throw new ProblemException(
                    "topic " + topic + ": " + failures.size() + " trades could not be sent: " + failures.get(0),
                    failures.get(0));
        }
    }

    /**
     * All committed values of a topic. It reads to the very end, since what was committed just now becomes visible a moment
     * after the commit.
     */
    <T> List<T> read(String topic, Codec<T> codec) {
        List<T> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = ends(topic, partitions);
            long deadline = System.nanoTime() + LIMIT_NANOS;
            long before = 0;
            long position = 0;
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                if (position > before) {
                    before = position;
                    deadline = System.nanoTime() + LIMIT_NANOS;
                } else if (System.nanoTime() > deadline) {
                    throw new ProblemException("topic " + topic + " cannot be read: nothing came for " + LIMIT_SECONDS
                            + " s (expected: a broker that answers)");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(codec.decode(record.value()));
                }
                position = partitions.stream().mapToLong(consumer::position).sum();
            }
        }
        return values;
    }

    /** Where partitions end, whether that is committed or not. */
    private Map<TopicPartition, Long> ends(String topic, List<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        try (Admin admin = admin()) {
            admin.listOffsets(latest).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        } catch (ExecutionException e) {
            throw new ProblemException(
                    "topic " + topic + ": its end cannot be read within " + LIMIT_SECONDS
                            + " s (expected: a broker that answers): " + e.getCause(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException("interrupted while topic " + topic + " was read", e);
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                client(Map.of(
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        "false",
                        "default.api.timeout.ms",
                        LIMIT_MILLIS,
                        "request.timeout.ms",
                        LIMIT_MILLIS)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
