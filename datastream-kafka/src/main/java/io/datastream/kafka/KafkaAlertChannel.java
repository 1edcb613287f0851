package io.datastream.kafka;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertChannel;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import io.datastream.error.OneLine;
import io.datastream.kafka.internal.RefusedException;
import io.datastream.kafka.internal.Right;
import io.datastream.settings.Settings;
import io.datastream.topic.RecordHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes alerts to topics: each alert of a notice to each topic, in their order.
 *
 * <p>At least once: an alert is written again if the broker's answer was lost, or if the program died before it had noted the
 * answer. The header {@value KafkaAlerts#ID_HEADER} is the same then; in a table the same record is written twice, which changes
 * nothing. A notice is delivered when the brokers have acknowledged all of it.
 *
 * <p>A broker that is away, a topic that is missing and a right that is not given are worth another try, since they are mended from
 * outside; an alert that is larger than the topic allows is given up. After a failure the connection is made anew, with secrets and
 * topics as of then.
 */
public final class KafkaAlertChannel implements AlertChannel {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final String name;
    private final KafkaSettings settings;
    private final List<KafkaAlerts> topics;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    private KafkaAlertChannel(String name, KafkaSettings settings, List<KafkaAlerts> topics) {
        this.name = name;
        this.settings = settings;
        this.topics = topics;
    }

    /**
     * A channel of the name {@code kafka}.
     *
     * @param runtime whose brokers, security, properties and ways to make topics are used
     * @param topics at least one
     */
    public static KafkaAlertChannel to(KafkaRuntime runtime, KafkaAlerts... topics) {
        if (topics.length == 0) {
            throw new IllegalArgumentException("topics: none (expected: at least one)");
        }
        return new KafkaAlertChannel("kafka", runtime.settings(), List.of(topics));
    }

    /**
     * A channel of what stands in a file: {@code log}, a topic for all alerts, {@code table}, one for those of episodes that go on,
     * or both.
     *
     * @param name of the channel
     * @param runtime whose brokers, security, properties and ways to make topics are used
     * @return nothing if there is a problem, which is noted in the settings
     */
    public static Optional<KafkaAlertChannel> from(String name, Settings settings, KafkaRuntime runtime) {
        List<KafkaAlerts> topics = new ArrayList<>();
        topic(settings, "log", KafkaAlerts::log).ifPresent(topics::add);
        topic(settings, "table", KafkaAlerts::table).ifPresent(topics::add);
        if (!settings.has("log") && !settings.has("table")) {
            settings.refuse("log", "the name of a topic, here or as table");
        }
        return topics.isEmpty()
                ? Optional.empty()
                : Optional.of(new KafkaAlertChannel(name, runtime.settings(), topics));
    }

    private static Optional<KafkaAlerts> topic(Settings settings, String kind, Function<String, KafkaAlerts> maker) {
        try {
            return settings.text(kind).map(maker);
        } catch (IllegalArgumentException refused) {
            settings.refuse(kind, "the name of a topic: 1 to 249 letters, digits, '.', '_' or '-'");
            return Optional.empty();
        }
    }

    /** The same channel with another name, for a second one. */
    public KafkaAlertChannel named(String newName) {
        return new KafkaAlertChannel(newName, settings, topics);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void deliver(Notice notice) throws InterruptedException {
        try {
            KafkaProducer<byte[], byte[]> open = open();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (Alert alert : notice.alerts()) {
                for (KafkaAlerts topic : topics) {
                    sent.add(open.send(record(topic, alert)));
                }
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException | RuntimeException e) {
            boolean interrupted = Thread.interrupted(); // Kafka's clients tell so by an exception of their own
            close();
            if (interrupted) {
                throw new InterruptedException();
            }
            throw failure(e);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(KafkaAlerts topic, Alert alert) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic.topic(), topic.key(alert), topic.bytes(alert));
        for (RecordHeader header : topic.headers(alert)) {
            record.headers().add(header.name(), header.value());
        }
        return record;
    }

    private KafkaProducer<byte[], byte[]> open() {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            FirstContact contact = new FirstContact(settings);
            try (Admin admin = contact.connect(Map.of())) {
                TopicAdmin found = new TopicAdmin(admin, settings, rights());
                topics.forEach(topic -> found.ensure(topic, 1));
            }
            open = contact.making(
                    () -> new KafkaProducer<>(settings.alerts(), new ByteArraySerializer(), new ByteArraySerializer()));
            producer = open;
        }
        return open;
    }

    private List<Right> rights() {
        return topics.stream()
                .map(topic -> Right.topic(AclOperation.WRITE, topic.topic()))
                .toList();
    }

    private DeliveryException failure(Exception error) {
        Throwable cause = error instanceof ExecutionException && error.getCause() != null ? error.getCause() : error;
        RefusedException refused = settings.refusals().explain(cause, rights());
        Throwable told = refused == null ? cause : refused;
        String message = "channel " + name + ", Kafka at " + settings.bootstrapServers + ": "
                + OneLine.of(told.getMessage() == null ? told.toString() : told.getMessage());
        return cause instanceof RecordTooLargeException
                ? DeliveryException.fatal(message, cause)
                : DeliveryException.retryable(message, cause);
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(CLOSE_LIMIT);
            producer = null;
        }
    }

    /** Name, topics and brokers. */
    @Override
    public String toString() {
        return "alerts " + name + " to topics "
                + topics.stream().map(KafkaAlerts::topic).toList() + " on " + settings.bootstrapServers;
    }
}
