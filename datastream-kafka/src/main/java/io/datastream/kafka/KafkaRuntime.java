package io.datastream.kafka;

import io.datastream.Pipeline;
import io.datastream.codec.Encoder;
import io.datastream.engine.Stages;
import io.datastream.plan.Node;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineRuntime;
import io.datastream.runtime.RestartPolicy;
import io.datastream.sink.TopicSink;
import io.datastream.source.TopicSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Runs pipelines between Kafka topics, exactly once: results, state and positions move together in Kafka's transactions.
 * More processes that start the same pipeline share its partitions; nothing else is needed.
 *
 * <p>The pipeline's name is the consumer group and the prefix of its internal topics. A task is one partition of an input
 * topic. State is kept on the heap and in a compacted changelog topic, from which it is restored.
 *
 * <p>Pipelines may be stateless, or keyed with {@code keyedBy} on topics that are partitioned by that key. A pipeline that
 * regroups records, with {@code keyBy}, is refused at the start.
 */
public final class KafkaRuntime implements PipelineRuntime {
    /** Time between two commits. */
    public static final Duration DEFAULT_COMMIT_INTERVAL = Duration.ofMillis(100);

    /** How long the start waits for the broker. */
    public static final Duration DEFAULT_CONNECT_LIMIT = Duration.ofSeconds(15);

    /** Restarts after a failure. */
    public static final int DEFAULT_RESTARTS = 3;

    private final KafkaSettings settings;

    private KafkaRuntime(KafkaSettings settings) {
        this.settings = settings;
    }

    /** The brokers at these addresses, such as {@code localhost:9092}; one thread. */
    public static KafkaRuntime at(String bootstrapServers) {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("bootstrapServers: \"\" (expected: such as localhost:9092)");
        }
        return new KafkaRuntime(new KafkaSettings(bootstrapServers));
    }

    /** The same with this many worker threads, each with a consumer and a producer. */
    public KafkaRuntime withThreads(int threads) {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: from 1 to 256)");
        }
        return with(s -> s.threads = threads);
    }

    /** The same with another time between two commits: results appear that much later, at less cost. */
    public KafkaRuntime withCommitInterval(Duration interval) {
        if (interval.isNegative() || interval.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("commitInterval: " + interval + " (expected: from 0 to 1 minute)");
        }
        return with(s -> s.commitInterval = interval);
    }

    /** The same with another limit on how long the start waits for the broker. */
    public KafkaRuntime withConnectLimit(Duration limit) {
        return with(s -> s.connectLimit = limit);
    }

    /**
     * The same as a named instance. A process that is started again as the same instance ends at once what it left open
     * when it died; no two processes may run as one. Default: a random name.
     */
    public KafkaRuntime withInstance(String instance) {
        if (!instance.matches("[A-Za-z0-9._-]{1,60}")) {
            throw new IllegalArgumentException(
                    "instance: \"" + instance + "\" (expected: 1 to 60 letters, digits, '.', '_' or '-')");
        }
        return with(s -> s.instance = instance);
    }

    /**
     * The same in bounded mode: each partition is read to where it ended when it was taken over, then all windows close,
     * and the pipeline completes. A pipeline that has completed under a name stays so.
     */
    public KafkaRuntime readToEnd() {
        return with(s -> s.readToEnd = true);
    }

    /** The same without making topics that results go to; they must exist. Changelogs are made all the same. */
    public KafkaRuntime withoutTopicCreation() {
        return with(s -> s.createsTopics = false);
    }

    /** The same with another group protocol. */
    public KafkaRuntime withGroupProtocol(GroupProtocol protocol) {
        return with(s -> s.groupProtocol = protocol);
    }

    /** The same with a setting of Kafka's clients, such as {@code security.protocol}. Never logged. */
    public KafkaRuntime withProperty(String name, String value) {
        Map<String, String> all = new HashMap<>(settings.properties());
        all.put(name, value);
        return with(s -> s.properties = Map.copyOf(all));
    }

    /** The same with another treatment of failures. */
    public KafkaRuntime withRestarts(RestartPolicy policy) {
        return with(s -> s.restartPolicy = policy);
    }

    /** The same with another clock, for the delay that meters show. */
    public KafkaRuntime withClock(Clock clock) {
        return with(s -> s.clock = clock);
    }

    /** The same with meters in this registry. Default: a registry of the runtime's own. */
    public KafkaRuntime withMeters(MeterRegistry meters) {
        return with(s -> s.meters = meters);
    }

    private KafkaRuntime with(Consumer<KafkaSettings> change) {
        return new KafkaRuntime(settings.with(change));
    }

    @Override
    public PipelineController start(Pipeline pipeline) {
        Plan plan = pipeline.plan();
        Map<String, Stage> stageByTopic = stagesByTopic(plan);
        checkStages(plan);
        Admin admin = Admin.create(settings.client(Map.of("client.id", plan.name() + "-admin")));
        KafkaController controller;
        try {
            TopicAdmin topics = new TopicAdmin(admin, settings);
            List<String> written = sinkTopics(plan);
            Map<String, Integer> partitions = new HashMap<>();
            int most = 1;
            for (String topic : stageByTopic.keySet()) {
                if (!written.contains(topic)) {
                    most = Math.max(most, topics.inputPartitions(topic));
                } else if (settings.readToEnd()) {
                    throw new IllegalArgumentException("topic \"" + topic + "\": pipeline " + plan.name()
                            + " writes it too, so it has no end to read to (expected: a pipeline without readToEnd(), or"
                            + " two of them)");
                }
            }
            for (String topic : written) {
                topics.ensureSink(topic, most);
            }
            for (String topic : stageByTopic.keySet()) {
                partitions.put(topic, topics.inputPartitions(topic));
            }
            IdentityHashMap<Stage, String> changelogs = new IdentityHashMap<>();
            stageByTopic.forEach((topic, stage) -> {
                if (!stage.targets().isEmpty()) {
                    String name = plan.name() + "-" + topic + "-changelog";
                    topics.ensureChangelog(name, topic, partitions.getOrDefault(topic, 1));
                    changelogs.put(stage, name);
                }
            });
            controller = new KafkaController(plan, settings, admin, stageByTopic, changelogs, partitions);
        } catch (RuntimeException e) {
            admin.close(Duration.ofSeconds(1));
            throw e;
        }
        controller.start();
        return controller;
    }

    private static Map<String, Stage> stagesByTopic(Plan plan) {
        Map<String, Stage> byTopic = new HashMap<>();
        for (Stage stage : plan.stages()) {
            SourceNode node = stage.source();
            if (node == null) {
                continue;
            }
            if (!(node.source().connector() instanceof TopicSource<?> topic)) {
                throw new IllegalArgumentException("source \"" + plan.nameOf(node)
                        + "\": it is no topic (expected: KafkaSource.topic(...); other sources run on LocalRuntime, or"
                        + " publish to a topic)");
            }
            if (byTopic.putIfAbsent(topic.topic(), stage) != null) {
                throw new IllegalArgumentException("topic \"" + topic.topic()
                        + "\": two sources read it (expected: one source, from which both branches start)");
            }
        }
        return byTopic;
    }

    private static void checkStages(Plan plan) {
        for (Stage stage : plan.stages()) {
            Node key = stage.key();
            if (key == null) {
                continue;
            }
            String step = "step \"" + plan.nameOf(key) + "\" of pipeline " + plan.name();
            if (!stage.isFused()) {
                throw new IllegalArgumentException(step
                        + ": it regroups records, which this runtime does not do yet (expected: keyedBy on a topic that is"
                        + " partitioned by that key already, or LocalRuntime)");
            }
            List<Stage> feeding = Stages.feeding(plan, stage);
            if (feeding.size() > 1) {
                throw new IllegalArgumentException(
                        step + ": several sources feed it (expected: one topic, partitioned by the key)");
            }
            if (feeding.get(0).isKeyed()) {
                throw new IllegalArgumentException(step
                        + ": a second key after a step with state needs records to be regrouped, which this runtime does"
                        + " not do yet (expected: a second pipeline on a topic between them, or LocalRuntime)");
            }
        }
    }

    private static List<String> sinkTopics(Plan plan) {
        List<SinkNode> sinks = new ArrayList<>();
        for (Node node : plan.nodes()) {
            if (node instanceof SinkNode sink) {
                sinks.add(sink);
            }
        }
        if (plan.deadLetters() != null) {
            sinks.add(plan.deadLetters());
        }
        if (plan.late() != null) {
            sinks.add(plan.late());
        }
        return sinks.stream()
                .filter(sink -> sink.sink() instanceof TopicSink<?>)
                .map(sink -> ((TopicSink<?>) sink.sink()).topic())
                .distinct()
                .toList();
    }

    @Override
    public <T> void publish(String topic, Encoder<? super T> encoder, Iterable<? extends T> values) {
        try (Admin admin = Admin.create(settings.client(Map.of()))) {
            new TopicAdmin(admin, settings).ensureSink(topic, 1);
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                settings.client(Map.of("acks", "all", "linger.ms", "5")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (T value : values) {
                sent.add(producer.send(new ProducerRecord<>(topic, encoder.encode(value))));
            }
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "topic \"" + topic + "\" on " + settings.bootstrapServers() + ": not written: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while topic \"" + topic + "\" was written", e);
        }
    }

    @Override
    public String toString() {
        return "KafkaRuntime[" + settings.bootstrapServers() + "]";
    }
}
