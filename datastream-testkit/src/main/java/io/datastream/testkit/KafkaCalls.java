package io.datastream.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What the test brokers offer besides themselves: topics, writing and reading, through plain clients. */
final class KafkaCalls implements AutoCloseable {
    private static final int PROBE_MILLIS = 2_000;

    private final String bootstrapServers;
    private final Duration limit;
    private @Nullable Admin admin;

    KafkaCalls(String bootstrapServers, Duration limit) {
        this.bootstrapServers = bootstrapServers;
        this.limit = limit;
    }

    synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(clientSettings());
        }
        return admin;
    }

    /** Whether the broker answers and counts itself among the nodes that serve clients. */
    boolean isServing() {
        return !servingNodes().isEmpty();
    }

    /** The nodes that serve clients, as the broker that answers knows them; none if there is no answer. */
    Set<Integer> servingNodes() {
        try {
            return admin().describeCluster(new DescribeClusterOptions().timeoutMs(PROBE_MILLIS)).nodes().get().stream()
                    .map(Node::id)
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return Set.of();
            }
            throw new IllegalStateException("describe " + bootstrapServers + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            throw interrupted("describe " + bootstrapServers, e);
        }
    }

    void createTopic(String name, int partitions, Map<String, String> configs) {
        NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs);
        get("create topic " + name, admin().createTopics(List.of(topic)).all());
        Await.until("leaders of topic " + name, limit, () -> hasLeaders(name, partitions));
    }

    private boolean hasLeaders(String topic, int partitions) throws InterruptedException {
        try {
            TopicDescription description =
                    admin().describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            if (description == null
                    || description.partitions().size() != partitions
                    || description.partitions().stream().anyMatch(partition -> partition.leader() == null)) {
                return false;
            }
            Map<TopicPartition, OffsetSpec> ends = description.partitions().stream()
                    .collect(Collectors.toMap(
                            partition -> new TopicPartition(topic, partition.partition()), p -> OffsetSpec.latest()));
            admin().listOffsets(ends, new ListOffsetsOptions().timeoutMs(PROBE_MILLIS))
                    .all()
                    .get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw new IllegalStateException("describe topic " + topic + ": " + e.getCause(), e);
        }
    }

    List<RecordMetadata> produce(Collection<ProducerRecord<byte[], byte[]>> records) {
        Map<String, Object> settings = clientSettings();
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("linger.ms", 0);
        settings.put("max.block.ms", limit.toMillis());
        settings.put("request.timeout.ms", (int) limit.toMillis() / 2);
        settings.put("delivery.timeout.ms", (int) limit.toMillis());
        List<RecordMetadata> places = new ArrayList<>(records.size());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
            for (ProducerRecord<byte[], byte[]> record : records) {
                sent.add(producer.send(record));
            }
            producer.flush();
            for (Future<RecordMetadata> each : sent) {
                places.add(get("produce", each));
            }
        }
        return places;
    }

    RecordMetadata produce(String topic, String key, String value) {
        return produce(List.of(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8))))
                .get(0);
    }

    List<ConsumerRecord<byte[], byte[]>> readCommitted(String topic) {
        Map<String, Object> settings = clientSettings();
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "none");
        settings.put("allow.auto.create.topics", false);
        // The consumer asks ahead of the end, and its close waits for the answer.
        settings.put("fetch.max.wait.ms", 20);
        settings.put("default.api.timeout.ms", (int) limit.toMillis());
        settings.put("request.timeout.ms", (int) limit.toMillis() / 2);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<PartitionInfo> infos = consumer.partitionsFor(topic);
            if (infos == null || infos.isEmpty()) {
                throw new IllegalArgumentException("topic: " + topic + " (expected: a topic of this broker)");
            }
            List<TopicPartition> partitions = infos.stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            awaitMarkers();
            return readTo(consumer, consumer.endOffsets(partitions), partitions);
        }
    }

    void awaitMarkers() {
        ListTransactionsOptions ending = new ListTransactionsOptions()
                .filterStates(Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT))
                .timeoutMs(PROBE_MILLIS);
        Await.untilAsserted(limit, () -> {
            try {
                Collection<TransactionListing> unmarked =
                        admin().listTransactions(ending).all().get();
                if (!unmarked.isEmpty()) {
                    throw new AssertionError("transactions without their markers: " + unmarked);
                }
            } catch (ExecutionException e) {
                // brokers that come and go, for which the client fails in ways of its own
                throw new AssertionError("list transactions: " + e.getCause(), e);
            }
        });
    }

    private List<ConsumerRecord<byte[], byte[]>> readTo(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, List<TopicPartition> partitions) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> read = new LinkedHashMap<>();
        partitions.forEach(partition -> read.put(partition, new ArrayList<>()));
        List<TopicPartition> open = new ArrayList<>(partitions);
        long lastProgress = System.nanoTime();
        while (true) {
            boolean progress = open.removeIf(partition -> consumer.position(partition) >= end(ends, partition));
            if (open.isEmpty()) {
                return read.values().stream().flatMap(List::stream).toList();
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (record.offset() < end(ends, partition)) {
                    read.getOrDefault(partition, new ArrayList<>()).add(record);
                    progress = true;
                }
            }
            if (progress) {
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > limit.toNanos()) {
                TopicPartition first = open.get(0);
                throw new IllegalStateException("read " + first + ": at offset " + consumer.position(first)
                        + " without progress for " + limit + " (expected: to reach " + ends.get(first) + ")");
            }
        }
    }

    private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
        Long end = ends.get(partition);
        return end == null ? 0 : end;
    }

    private Map<String, Object> clientSettings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("reconnect.backoff.ms", 20);
        settings.put("reconnect.backoff.max.ms", 200);
        settings.put("retry.backoff.ms", 20);
        settings.put("retry.backoff.max.ms", 200);
        return settings;
    }

    private <T> T get(String what, Future<T> future) {
        try {
            return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof KafkaException ? e.getCause() : e;
            throw new IllegalStateException(what + ": " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException(what + ": no answer within " + limit, e);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private static IllegalStateException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted: " + what, e);
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(5));
            admin = null;
        }
    }
}
