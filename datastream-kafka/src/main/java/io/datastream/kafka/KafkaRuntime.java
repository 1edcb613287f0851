package io.datastream.kafka;

import io.datastream.Pipeline;
import io.datastream.codec.Encoder;
import io.datastream.kafka.internal.RefusedException;
import io.datastream.kafka.internal.Right;
import io.datastream.plan.Plan;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineRuntime;
import io.datastream.runtime.RestartPolicy;
import io.datastream.trace.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Runs pipelines between Kafka topics, exactly once: results, state and positions move together in Kafka's transactions.
 * More processes that start the same pipeline share its partitions; nothing else is needed.
 *
 * <p>The pipeline's name is the consumer group and the prefix of its internal topics. A task is one partition of an input
 * topic. State is kept on the heap and in a compacted changelog topic, from which it is restored.
 *
 * <p>Where records are regrouped, by {@code keyBy} or by a key after several sources, they go through an exchange: a topic
 * of the pipeline's own. A stage on a topic that is partitioned by its key already, {@code keyedBy}, needs none.
 *
 * <p>Immutable; a runtime may start many pipelines.
 */
public final class KafkaRuntime implements PipelineRuntime {
    /** Time between two commits. */
    public static final Duration DEFAULT_COMMIT_INTERVAL = Duration.ofMillis(100);

    /** How long the start waits for the broker. */
    public static final Duration DEFAULT_CONNECT_LIMIT = Duration.ofSeconds(15);

    /** The least number of partitions of an exchange. */
    public static final int DEFAULT_EXCHANGE_PARTITIONS = 8;

    /** Restarts after a failure. */
    public static final int DEFAULT_RESTARTS = 3;

    private final KafkaSettings settings;

    private KafkaRuntime(KafkaSettings settings) {
        this.settings = settings;
    }

    KafkaSettings settings() {
        return settings;
    }

    /** The brokers at these addresses, such as {@code localhost:9092}; one thread. */
    public static KafkaRuntime at(String bootstrapServers) {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("bootstrapServers: \"\" (expected: such as localhost:9092)");
        }
        return new KafkaRuntime(new KafkaSettings(bootstrapServers));
    }

    /** The same with this many worker threads, each with a consumer and a producer. Default: 1. */
    public KafkaRuntime withThreads(int threads) {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: from 1 to 256)");
        }
        return new KafkaRuntime(settings.with(s -> s.threads = threads));
    }

    /**
     * The same with another time between two commits: results appear that much later, at less cost. Default:
     * {@link #DEFAULT_COMMIT_INTERVAL}.
     */
    public KafkaRuntime withCommitInterval(Duration interval) {
        if (interval.isNegative() || interval.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("commitInterval: " + interval + " (expected: from 0 to 1 minute)");
        }
        return new KafkaRuntime(settings.with(s -> s.commitInterval = interval));
    }

    /**
     * The same with another limit on how long the start waits for the broker. Default: {@link #DEFAULT_CONNECT_LIMIT}.
     */
    public KafkaRuntime withConnectLimit(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("connectLimit: " + limit + " (expected: more than zero)");
        }
        return new KafkaRuntime(settings.with(s -> s.connectLimit = limit));
    }

    /**
     * The same as a named instance. A process that is started again as the same instance ends at once what it left open
     * when it died; no two processes may run as one. Default: a random name for each start.
     */
    public KafkaRuntime withInstance(String instance) {
        if (!instance.matches("[A-Za-z0-9._-]{1,60}")) {
            throw new IllegalArgumentException(
                    "instance: \"" + instance + "\" (expected: 1 to 60 letters, digits, '.', '_' or '-')");
        }
        return new KafkaRuntime(settings.with(s -> s.instance = instance));
    }

    /**
     * The same in bounded mode: each partition is read to where it ended when it was taken over, then all windows close,
     * and the pipeline completes. A transaction that was open then is waited for. A process that takes a partition over, or is started again, takes the end anew. A
     * pipeline that has completed under a name stays so.
     */
    public KafkaRuntime readToEnd() {
        return new KafkaRuntime(settings.with(s -> s.readToEnd = true));
    }

    /** The same without making topics that results go to; they must exist. Changelogs are made all the same. */
    public KafkaRuntime withoutTopicCreation() {
        return new KafkaRuntime(settings.with(s -> s.createsTopics = false));
    }

    /**
     * The same with at least this many partitions for exchanges that are made anew: as many tasks may share the work after
     * a {@code keyBy}. Never less than the largest input has. Default: {@link #DEFAULT_EXCHANGE_PARTITIONS}. The number
     * stays for the life of the pipeline.
     */
    public KafkaRuntime withExchangePartitions(int partitions) {
        if (partitions < 1 || partitions > 10_000) {
            throw new IllegalArgumentException("exchangePartitions: " + partitions + " (expected: from 1 to 10000)");
        }
        return new KafkaRuntime(settings.with(s -> s.exchangePartitions = partitions));
    }

    /**
     * The same with this many copies of exchanges and changelogs that are made anew. Default: as many as the broker makes
     * by default.
     */
    public KafkaRuntime withReplication(int copies) {
        if (copies < 1 || copies > 100) {
            throw new IllegalArgumentException("replication: " + copies + " (expected: from 1 to 100)");
        }
        return new KafkaRuntime(settings.with(s -> s.replication = copies));
    }

    /**
     * The same, but only these parts of a pipeline run here: a part is named by its source, or by the topic of
     * {@link io.datastream.KeyedStream#via} before it. Each part has a consumer group of its own, so it is scaled and
     * restarted alone. Default: all parts.
     */
    public KafkaRuntime parts(String... names) {
        List<String> wanted = List.of(names);
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("parts: none (expected: names of sources or of topics given to via)");
        }
        return new KafkaRuntime(settings.with(s -> s.parts = wanted));
    }

    /**
     * The same, but what these steps remember is dropped when a pipeline goes on: for steps that were removed from its
     * definition, or changed under the same name. State of other steps is kept. Take it away again after one start, or
     * each start drops what they have learned since.
     */
    public KafkaRuntime forgetting(String... steps) {
        List<String> wanted = List.of(steps);
        return new KafkaRuntime(settings.with(s -> s.forgotten = wanted));
    }

    /** The same with another group protocol. Default: {@link GroupProtocol#CLASSIC}. */
    public KafkaRuntime withGroupProtocol(GroupProtocol protocol) {
        return new KafkaRuntime(settings.with(s -> s.groupProtocol = protocol));
    }

    /**
     * The same with TLS and with a user. Default: neither, or what {@link #withProperty} sets.
     *
     * @throws IllegalArgumentException if {@link #withProperty} has set what this sets too
     */
    public KafkaRuntime withSecurity(KafkaSecurity security) {
        return new KafkaRuntime(settings.with(s -> s.secure(security)));
    }

    /**
     * The same with a setting of Kafka's clients, such as {@code metadata.max.age.ms}. Never logged.
     *
     * @throws IllegalArgumentException if the guarantees rest on that setting, such as {@code isolation.level}, or if
     *     {@link #withSecurity} sets it
     */
    public KafkaRuntime withProperty(String name, String value) {
        return new KafkaRuntime(settings.with(s -> s.property(name, value)));
    }

    /** The same with another treatment of failures. Default: {@link #DEFAULT_RESTARTS} restarts. */
    public KafkaRuntime withRestarts(RestartPolicy policy) {
        return new KafkaRuntime(settings.with(s -> s.restartPolicy = policy));
    }

    /** The same with another clock, for the delay that meters show. */
    public KafkaRuntime withClock(Clock clock) {
        return new KafkaRuntime(settings.with(s -> s.clock = clock));
    }

    /**
     * The same with meters in this registry: those of the pipeline, and what Kafka measures of each of its clients while
     * that is open. Default: a registry of the runtime's own.
     */
    public KafkaRuntime withMeters(MeterRegistry meters) {
        return new KafkaRuntime(settings.with(s -> s.meters = meters));
    }

    /**
     * The same with records followed from topic to topic: one that has a sampled trace in its headers gets spans for what
     * is done to it, and what it leads to without a window has those headers too. All processes of a pipeline should have
     * the same tracing, because what they write depends on it. Default: none, and no header is looked at.
     */
    public KafkaRuntime withTracing(Tracing tracing) {
        return new KafkaRuntime(settings.with(s -> s.tracing = tracing));
    }

    /**
     * Starts a pipeline. Its input topics must exist; topics that results go to are made, with as many partitions as the
     * largest input.
     *
     * @throws IllegalArgumentException if the definition cannot run here, or a topic is missing or has the wrong number of
     *     partitions
     * @throws IllegalStateException if the broker does not answer within the limit, does not know the user, or does not let
     *     it do what the pipeline needs
     */
    @Override
    public PipelineController start(Pipeline pipeline) {
        Plan plan = pipeline.plan();
        Topology topology = Topology.of(plan);
        List<Part> parts = chosen(plan, topology.parts());
        String instance = settings.instanceOrRandom();
        Rights rights = new Rights(settings, instance, topology, parts);
        AdminClient admin =
                new FirstContact(settings).connect(Map.of("client.id", plan.name() + "-" + instance + "-admin"));
        KafkaController controller;
        try {
            long limit = settings.connectLimit.toMillis();
            boolean isAllTold = rights.check(admin, limit);
            makeTopics(plan, topology, parts, new TopicAdmin(admin, settings, rights.needed()));
            if (!isAllTold) {
                rights.check(admin, limit); // of topics that were made just now
            }
            controller = new KafkaController(plan, settings, instance, admin, topology, parts, rights);
        } catch (RuntimeException e) {
            admin.close(Duration.ofSeconds(1));
            throw e;
        }
        controller.start();
        return controller;
    }

    private List<Part> chosen(Plan plan, List<Part> parts) {
        if (settings.parts.isEmpty()) {
            return parts;
        }
        for (String name : settings.parts) {
            if (parts.stream().noneMatch(part -> part.names().contains(name))) {
                List<String> known =
                        parts.stream().flatMap(part -> part.names().stream()).toList();
                throw new IllegalArgumentException("part: \"" + name + "\" (expected: one of " + known + " of pipeline "
                        + plan.name() + "; via(...) cuts a pipeline into parts)");
            }
        }
        return parts.stream()
                .filter(part -> settings.parts.stream().anyMatch(part.names()::contains))
                .toList();
    }

    /** Makes the topics that are written, and counts the partitions of those that are read. */
    private void makeTopics(Plan plan, Topology topology, List<Part> parts, TopicAdmin topics) {
        List<String> written = topology.sinkTopics();
        int most = 1;
        for (String topic : topology.inputs()) {
            if (!written.contains(topic)) {
                most = Math.max(most, topics.inputPartitions(topic));
            } else if (settings.readToEnd) {
                throw new IllegalArgumentException("topic \"" + topic + "\": pipeline " + plan.name()
                        + " writes it too, so it has no end to read to (expected: a pipeline without readToEnd(), or"
                        + " two of them)");
            }
        }
        parts.forEach(topics::checkKnown);
        for (KafkaAlerts alerts : topology.alertTopics()) {
            topics.ensure(alerts, most);
        }
        for (String topic : written) {
            topics.ensureSink(topic, most);
        }
        Map<String, Integer> partitions = new HashMap<>();
        for (String topic : topology.inputs()) {
            partitions.put(topic, topics.inputPartitions(topic));
        }
        for (String topic : topology.exchanges()) {
            partitions.put(topic, topics.ensureExchange(topic, Math.max(most, settings.exchangePartitions)));
        }
        topology.setPartitions(partitions);
        partitions.forEach((topic, count) -> {
            String changelog = topology.changelogOf(topic);
            if (changelog != null) {
                topics.ensureChangelog(changelog, topic, count);
            }
        });
    }

    /**
     * Opens the durable log of a topic: for what cannot be read again, and is to be processed on Kafka. See {@link KafkaLog}.
     *
     * @param topic of one partition; created, with as many copies as {@link #withReplication} says, if it is not there
     * @throws IllegalArgumentException if the topic has more partitions
     * @throws IllegalStateException if no broker answers, or it refuses
     * @throws io.datastream.log.LogException if the topic cannot be taken over now
     */
    public KafkaLog openLog(String topic) {
        return KafkaLog.open(settings, topic);
    }

    @Override
    public <T> void publish(String topic, Encoder<? super T> encoder, Iterable<? extends T> values) {
        FirstContact contact = new FirstContact(settings);
        try (Admin admin = contact.connect(Map.of())) {
            new TopicAdmin(admin, settings, List.of(Right.topic(AclOperation.WRITE, topic))).ensureSink(topic, 1);
        }
        try (KafkaProducer<byte[], byte[]> producer = contact.making(() -> new KafkaProducer<>(
                settings.client(Map.of("acks", "all", "linger.ms", "5")),
                new ByteArraySerializer(),
                new ByteArraySerializer()))) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (T value : values) {
                sent.add(producer.send(new ProducerRecord<>(topic, encoder.encode(value))));
            }
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            RefusedException refused = settings.refusals().explain(e, List.of(Right.topic(AclOperation.WRITE, topic)));
            if (refused != null) {
                throw refused;
            }
            throw new KafkaException(
                    "topic \"" + topic + "\" on " + settings.bootstrapServers + ": not written: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while topic \"" + topic + "\" was written", e);
        }
    }

    /** The address and how it is secured; no properties, which may be secret. */
    @Override
    public String toString() {
        return "KafkaRuntime[" + settings.bootstrapServers + (settings.security == null ? "" : ", " + settings.security)
                + "]";
    }
}
