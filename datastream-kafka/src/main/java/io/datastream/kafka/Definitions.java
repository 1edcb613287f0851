package io.datastream.kafka;

import io.datastream.engine.Stages;
import io.datastream.plan.Node;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.sink.TopicSink;
import io.datastream.source.TopicSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What this runtime needs to know of a definition, and what it refuses to run. */
final class Definitions {
    private Definitions() {}

    /** The stages that read each topic. */
    static Map<String, List<Stage>> stagesByTopic(Plan plan) {
        Map<String, List<Stage>> byTopic = new LinkedHashMap<>();
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
            List<Stage> readers = byTopic.computeIfAbsent(topic.topic(), any -> new ArrayList<>());
            readers.add(stage);
            if (!startOf(stage).equals(startOf(readers.get(0)))) {
                throw new IllegalArgumentException("topic \"" + topic.topic() + "\": one source starts from "
                        + startOf(readers.get(0)) + ", another from " + startOf(stage)
                        + " (expected: one start for all sources of a topic, or two pipelines)");
            }
        }
        return byTopic;
    }

    /** Where a source starts to read. */
    static StartFrom startOf(Stage stage) {
        return Objects.requireNonNull(stage.source()).source().connector() instanceof KafkaSource<?> kafka
                ? kafka.startFrom()
                : StartFrom.EARLIEST;
    }

    /**
     * Checks that no stage needs records to be regrouped.
     *
     * @throws IllegalArgumentException if one does, with the step and what to change
     */
    static void check(Plan plan) {
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

    /** Whether something that reads the topic keeps state. */
    static boolean hasState(List<Stage> readers) {
        return readers.stream().anyMatch(stage -> !stage.targets().isEmpty());
    }

    /** All sinks, those for dead letters and late records included. */
    static List<SinkNode> sinks(Plan plan) {
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

    /** The topics that results go to. */
    static List<String> sinkTopics(Plan plan) {
        return sinks(plan).stream()
                .filter(sink -> sink.sink() instanceof TopicSink<?>)
                .map(sink -> ((TopicSink<?>) sink.sink()).topic())
                .distinct()
                .toList();
    }
}
