package io.datastream.kafka.tool;

import io.datastream.Pipeline;
import io.datastream.plan.Node;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.sink.TopicSink;
import io.datastream.source.TopicSource;
import java.util.ArrayList;
import java.util.List;

/** Prints the plan of a pipeline. Needs no broker. */
final class PlanCommand {
    private PlanCommand() {}

    static Report plan(Pipeline pipeline, boolean mermaid) {
        Plan plan;
        try {
            plan = pipeline.plan();
        } catch (IllegalArgumentException e) {
            throw new FailedException("pipeline \"" + pipeline.name() + "\" cannot run: " + e.getMessage(), e);
        }
        List<List<Object>> rows = new ArrayList<>();
        for (SourceNode source : plan.sources()) {
            if (source.source().connector() instanceof TopicSource<?> topic) {
                rows.add(List.of("input", topic.topic(), plan.nameOf(source)));
            }
        }
        for (Node node : plan.nodes()) {
            if (node instanceof SinkNode sink) {
                addSink("results", sink, plan, rows);
            }
        }
        if (plan.deadLetters() != null) {
            addSink("dead letters", plan.deadLetters(), plan, rows);
        }
        if (plan.late() != null) {
            addSink("late records", plan.late(), plan, rows);
        }
        Report report = new Report()
                .with("pipeline", plan.name())
                .with("plan", plan.describe())
                .with("mermaid", plan.mermaid());
        if (mermaid) {
            return report.line(plan.mermaid().stripTrailing());
        }
        return report.line(plan.describe()).rows("topics", List.of("role", "topic", "step"), rows);
    }

    private static void addSink(String role, SinkNode sink, Plan plan, List<List<Object>> rows) {
        if (sink.sink() instanceof TopicSink<?> topic) {
            rows.add(List.of(role, topic.topic(), plan.nameOf(sink)));
        }
    }
}
