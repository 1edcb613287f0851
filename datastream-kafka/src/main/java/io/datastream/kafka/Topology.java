package io.datastream.kafka;

import io.datastream.engine.Origins;
import io.datastream.engine.Stages;
import io.datastream.plan.Node;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.TopicSink;
import io.datastream.source.TopicSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A definition as it lies on topics: which stages read which topic, where rows are regrouped, and where state goes.
 *
 * <p>A source stage reads its topic. A keyed stage whose records are partitioned by its key already, and come from one
 * source, runs in the same task as that. Every other keyed stage reads an exchange: a topic of its own.
 */
final class Topology {
    private final Plan plan;
    private final Map<String, List<Stage>> sources = new LinkedHashMap<>();
    private final Map<String, Stage> exchanges = new LinkedHashMap<>();
    private final Map<Stage, String> exchangeTopics = new LinkedHashMap<>();
    private Map<String, Integer> partitions = Map.of();

    private Topology(Plan plan) {
        this.plan = plan;
    }

    /**
     * The topology of a plan, partitions not yet known.
     *
     * @throws IllegalArgumentException if the definition cannot run on topics
     */
    static Topology of(Plan plan) {
        Topology topology = new Topology(plan);
        for (Stage stage : plan.stages()) {
            if (stage.source() != null) {
                topology.addSource(stage);
            } else if (!topology.isDirect(stage)) {
                topology.addExchange(stage);
            }
        }
        return topology;
    }

    private void addSource(Stage stage) {
        SourceNode node = Objects.requireNonNull(stage.source());
        if (!(node.source().connector() instanceof TopicSource<?> topic)) {
            throw new IllegalArgumentException("source \"" + plan.nameOf(node)
                    + "\": it is no topic (expected: KafkaSource.topic(...); other sources run on LocalRuntime, or"
                    + " publish to a topic)");
        }
        List<Stage> readers = sources.computeIfAbsent(topic.topic(), any -> new ArrayList<>());
        readers.add(stage);
        if (!startOf(stage).equals(startOf(readers.get(0)))) {
            throw new IllegalArgumentException("topic \"" + topic.topic() + "\": one source starts from "
                    + startOf(readers.get(0)) + ", another from " + startOf(stage)
                    + " (expected: one start for all sources of a topic, or two pipelines)");
        }
    }

    private void addExchange(Stage stage) {
        String topic = plan.name() + "-" + clean(nameOf(stage)) + "-exchange";
        if (exchanges.put(topic, stage) != null || sources.containsKey(topic)) {
            throw new IllegalArgumentException("topic \"" + topic
                    + "\": two exchanges would have this name (expected: names of steps that differ in letters and"
                    + " digits)");
        }
        exchangeTopics.put(stage, topic);
    }

    private static StartFrom startOf(Stage stage) {
        return Objects.requireNonNull(stage.source()).source().connector() instanceof KafkaSource<?> kafka
                ? kafka.startFrom()
                : StartFrom.EARLIEST;
    }

    void setPartitions(Map<String, Integer> counts) {
        partitions = Map.copyOf(counts);
    }

    /** Whether the stage runs in the task of the source partition that feeds it. */
    boolean isDirect(Stage stage) {
        return stage.isFused() && !Stages.feeding(plan, stage).get(0).isKeyed();
    }

    /**
     * A name for a stage that stays when others come and go: that of its source, of the topic that cuts the pipeline before
     * it, of its key, or of its first state.
     */
    String nameOf(Stage stage) {
        if (stage.source() != null) {
            return plan.nameOf(stage.source());
        }
        if (stage.via() != null) {
            return stage.via();
        }
        KeyNode key = Objects.requireNonNull(stage.key());
        if (key.givenName() != null) {
            return key.givenName();
        }
        return stage.nodes().stream()
                .filter(Node::isStateful)
                .findFirst()
                .map(plan::nameOf)
                .orElseThrow(() -> new IllegalStateException(stage + " has no step with state"));
    }

    /** The group of the part that reads a topic; the first of them if there are more. */
    String groupOf(String topic) {
        return parts().stream()
                .filter(part -> part.topics().contains(topic))
                .findFirst()
                .map(Part::group)
                .orElse(plan.name());
    }

    Set<String> inputs() {
        return sources.keySet();
    }

    Set<String> exchanges() {
        return exchanges.keySet();
    }

    /** How many partitions each topic that is read has. */
    Map<String, Integer> partitions() {
        return partitions;
    }

    int partitions(String topic) {
        return Objects.requireNonNull(partitions.get(topic), topic);
    }

    /** The source stages that read a topic. */
    List<Stage> sourcesOf(String topic) {
        return sources.getOrDefault(topic, List.of());
    }

    /** The stage that reads an exchange; null if the topic is none. */
    @Nullable
    Stage exchange(String topic) {
        return exchanges.get(topic);
    }

    /** The topic of a stage that reads an exchange. */
    String topicOf(Stage stage) {
        return Objects.requireNonNull(exchangeTopics.get(stage), stage::toString);
    }

    StartFrom startOf(String topic) {
        List<Stage> readers = sourcesOf(topic);
        return readers.isEmpty() ? StartFrom.EARLIEST : startOf(readers.get(0));
    }

    /** The topic that the state of a topic's readers goes to; null if they have none. */
    @Nullable
    String changelogOf(String topic) {
        if (exchanges.containsKey(topic)) {
            return topic + "-changelog";
        }
        boolean hasState = !keptSinks(topic).isEmpty()
                || sourcesOf(topic).stream()
                        .anyMatch(stage -> stage.targets().stream().anyMatch(this::isDirect));
        return hasState ? plan.name() + "-" + topic + "-changelog" : null;
    }

    /** Whether what the writers of a sink need to go on is kept with the state of the partitions they write for. */
    static boolean isKept(SinkNode node) {
        return !(node.sink() instanceof TopicSink<?>) && node.sink().guarantee() == Guarantee.EXACTLY_ONCE;
    }

    /** The sinks that the readers of a topic have writers of their own for. */
    List<SinkNode> keptSinks(String topic) {
        List<Stage> readers = new ArrayList<>();
        Stage reader = exchange(topic);
        if (reader != null) {
            readers.add(reader);
        }
        for (Stage stage : sourcesOf(topic)) {
            readers.add(stage);
            stage.targets().stream().filter(this::isDirect).forEach(readers::add);
        }
        return sinks().stream()
                .filter(Topology::isKept)
                .filter(sink -> sink == plan.deadLetters()
                        || sink == plan.late()
                        || readers.stream().anyMatch(stage -> stage.nodes().contains(sink)))
                .toList();
    }

    private List<String> topicsOf(SinkNode kept) {
        List<String> topics = new ArrayList<>(sources.keySet());
        topics.addAll(exchanges.keySet());
        topics.removeIf(topic -> !keptSinks(topic).contains(kept));
        return topics;
    }

    /** The number of the task that writes to a sink for a partition. */
    int sinkTask(SinkNode kept, TopicPartition partition) {
        int before = 0;
        for (String topic : topicsOf(kept)) {
            if (topic.equals(partition.topic())) {
                break;
            }
            before += partitions(topic);
        }
        return before + partition.partition();
    }

    /** How many tasks write to a sink. */
    int sinkTasks(SinkNode kept) {
        return topicsOf(kept).stream().mapToInt(this::partitions).sum();
    }

    boolean isChangelog(String topic) {
        return partitions.keySet().stream().anyMatch(read -> topic.equals(changelogOf(read)));
    }

    /** The origins of a stage that reads an exchange: the tasks of the stages that feed it. */
    int[] origins(Stage stage) {
        return Stages.origins(plan, stage, this::tasks);
    }

    private int tasks(Stage stage) {
        if (stage.source() != null) {
            return partitions(((TopicSource<?>) stage.source().source().connector()).topic());
        }
        return isDirect(stage) ? tasks(Stages.feeding(plan, stage).get(0)) : partitions(topicOf(stage));
    }

    /** The number of an origin as a stage after it knows it; -1 if no such task feeds the stage. */
    int origin(Stage target, String stage, int partition) {
        for (Stage feeding : Stages.feeding(plan, target)) {
            if (nameOf(feeding).equals(stage) && partition < tasks(feeding)) {
                return Origins.of(feeding, partition);
            }
        }
        return -1;
    }

    /** The parts that the pipeline can be run in, in the order of the definition. */
    List<Part> parts() {
        List<Stage> stages = plan.stages();
        if (stages.stream().allMatch(stage -> stage.via() == null)) {
            return List.of(part(stages, true));
        }
        int[] numbers = IntStream.range(0, stages.size()).toArray();
        for (Stage stage : stages) {
            for (Stage target : stage.targets()) {
                if (target.via() == null) {
                    int one = Math.min(numbers[stage.id()], numbers[target.id()]);
                    int other = Math.max(numbers[stage.id()], numbers[target.id()]);
                    Arrays.setAll(numbers, i -> numbers[i] == other ? one : numbers[i]);
                }
            }
        }
        Map<Integer, List<Stage>> byNumber = new TreeMap<>();
        for (Stage stage : stages) {
            byNumber.computeIfAbsent(numbers[stage.id()], any -> new ArrayList<>())
                    .add(stage);
        }
        return byNumber.values().stream().map(together -> part(together, false)).toList();
    }

    private Part part(List<Stage> stages, boolean isAll) {
        List<String> names = stages.stream()
                .filter(stage -> stage.source() != null || stage.via() != null)
                .map(this::nameOf)
                .toList();
        Set<String> topics = new LinkedHashSet<>();
        sources.forEach((topic, readers) -> {
            if (readers.stream().anyMatch(stages::contains)) {
                topics.add(topic);
            }
        });
        exchanges.forEach((topic, stage) -> {
            if (stages.contains(stage)) {
                topics.add(topic);
            }
        });
        List<SinkNode> written = sinks().stream()
                .filter(sink -> sink == plan.deadLetters()
                        || sink == plan.late()
                        || stages.stream().anyMatch(stage -> stage.nodes().contains(sink)))
                .toList();
        String group = isAll ? plan.name() : plan.name() + "-" + clean(names.get(0));
        return new Part(names, group, topics, written);
    }

    private static String clean(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]", "_");
    }

    private List<SinkNode> sinks() {
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
        return sinks;
    }

    /** Those of the topics that results go to that have alerts. */
    List<KafkaAlerts> alertTopics() {
        List<KafkaAlerts> found = new ArrayList<>();
        for (SinkNode node : sinks()) {
            Sink<?> sink = node.sink();
            if (sink instanceof KafkaAlerts alerts) {
                found.add(alerts);
            }
        }
        return found;
    }

    /** The topics that results go to. */
    List<String> sinkTopics() {
        return sinks().stream()
                .filter(sink -> sink.sink() instanceof TopicSink<?>)
                .map(sink -> ((TopicSink<?>) sink.sink()).topic())
                .distinct()
                .toList();
    }
}
