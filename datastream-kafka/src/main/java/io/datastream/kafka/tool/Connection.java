package io.datastream.kafka.tool;

import io.datastream.kafka.KafkaSecurity;
import io.datastream.kafka.internal.KafkaRefusals;
import io.datastream.kafka.internal.RefusedException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A broker as the commands see it. Errors name the broker and what was asked of it; settings are never shown. */
final class Connection implements AutoCloseable {
    /** How long a call waits for the broker, unless told otherwise. */
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

    private final String broker;
    private final Duration timeout;
    private final Map<String, Object> settings = new HashMap<>();
    private final KafkaRefusals refusals;
    private final Admin admin;

    private Connection(String broker, Duration timeout, Map<String, Object> more) {
        this.broker = broker;
        this.timeout = timeout;
        settings.putAll(more);
        settings.put("bootstrap.servers", broker);
        settings.put("client.id", "datastream-tool");
        settings.put("default.api.timeout.ms", String.valueOf(timeout.toMillis()));
        settings.put("request.timeout.ms", String.valueOf(Math.min(5_000, timeout.toMillis())));
        this.refusals = new KafkaRefusals(broker, KafkaRefusals.Caller.of(settings));
        this.admin = making(() -> Admin.create(settings));
    }

    /**
     * Takes {@code --broker}, else the environment's {@code KAFKA_BROKER}; its settings of {@link KafkaSecurity}; {@code
     * --properties}; {@code --timeout}.
     */
    static Connection open(Arguments arguments, Map<String, String> environment) {
        String broker = arguments.one("broker");
        if (broker == null) {
            broker = environment.get("KAFKA_BROKER");
        }
        if (broker == null || broker.isBlank()) {
            throw new UsageException("--broker: missing (expected: addresses such as localhost:9092, here or in the"
                    + " environment's KAFKA_BROKER)");
        }
        int seconds = arguments.number("timeout", (int) DEFAULT_TIMEOUT.toSeconds(), 1);
        return new Connection(broker, Duration.ofSeconds(seconds), settings(arguments.one("properties"), environment));
    }

    private static Map<String, Object> settings(@Nullable String file, Map<String, String> environment) {
        Map<String, Object> settings = properties(file);
        Map<String, Object> security;
        try {
            security = KafkaSecurity.from(environment).clientSettings();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        if (security.equals(KafkaSecurity.plaintext().clientSettings())) {
            return settings; // nothing is set there
        }
        for (String name : security.keySet()) {
            if (settings.containsKey(name)) {
                throw new UsageException("--properties: " + name + " in " + file
                        + " (expected: none that the environment's settings of security give as well)");
            }
        }
        settings.putAll(security);
        return settings;
    }

    private static Map<String, Object> properties(@Nullable String file) {
        Map<String, Object> settings = new HashMap<>();
        if (file != null) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(Path.of(file))) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new UsageException("--properties: " + file + " cannot be read: " + e, e);
            }
            properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        }
        return settings;
    }

    private interface Maker<T> {
        T make();
    }

    private <T> T making(Maker<T> maker) {
        try {
            return maker.make();
        } catch (KafkaException e) {
            throw new FailedException(String.valueOf(refusals.notMade(e).getMessage()), e);
        }
    }

    Admin admin() {
        return admin;
    }

    String broker() {
        return broker;
    }

    Duration timeout() {
        return timeout;
    }

    /** A consumer without group that sees committed records only. */
    KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> own = new HashMap<>(settings);
        own.remove("group.id");
        own.put("isolation.level", "read_committed");
        own.put("enable.auto.commit", "false");
        own.put("auto.offset.reset", "none");
        return making(() -> new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /** A producer with a transactional id of its own. */
    KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> own = new HashMap<>(settings);
        own.put("transactional.id", "datastream-tool-" + UUID.randomUUID());
        own.put("acks", "all");
        own.put("enable.idempotence", "true");
        own.put("transaction.timeout.ms", "60000");
        own.put("max.block.ms", String.valueOf(timeout.toMillis()));
        own.put("delivery.timeout.ms", String.valueOf(timeout.toMillis() + 1));
        own.put("linger.ms", "0");
        return making(() -> new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** Waits for an answer. */
    <T> T get(String what, KafkaFuture<T> answer) {
        try {
            return answer.get(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failed(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw failed(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailedException("interrupted while " + what, e);
        }
    }

    FailedException failed(String what, Throwable cause) {
        boolean silent =
                cause instanceof TimeoutException || cause instanceof org.apache.kafka.common.errors.TimeoutException;
        RefusedException refused = silent ? refusals.otherListener() : refusals.explain(cause, List.of());
        if (refused != null) {
            return new FailedException(refused.getMessage() + ", while " + what, cause);
        }
        return new FailedException(
                "Kafka at " + broker + ": " + what + ": "
                        + (silent
                                ? "no answer within " + timeout.toSeconds()
                                        + " s (expected: a broker that answers; check host, port and security settings)"
                                : cause.getClass().getSimpleName() + ": " + cause.getMessage()),
                cause);
    }

    /** How many partitions a topic has; null if there is no such topic. */
    @Nullable
    Integer partitions(String topic) {
        try {
            return Objects.requireNonNull(get(
                                    "describing topic \"" + topic + "\"",
                                    admin.describeTopics(List.of(topic)).allTopicNames())
                            .get(topic))
                    .partitions()
                    .size();
        } catch (FailedException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw e;
        }
    }

    /** The offsets that a specification gives; -1 where it gives none. */
    Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> wanted = new LinkedHashMap<>();
        partitions.forEach(partition -> wanted.put(partition, spec));
        Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
        if (partitions.isEmpty()) {
            return offsets;
        }
        Map<TopicPartition, ListOffsetsResultInfo> found = get(
                "reading offsets of topics",
                admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
