package io.datastream.plan;

import io.datastream.plan.Node.KeyedNode;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Node.WindowNode;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.util.IdentityHashMap;

/** A plan for people. */
final class PlanText {
    private PlanText() {}

    static String text(Plan plan) {
        StringBuilder text = new StringBuilder("pipeline ").append(plan.name()).append('\n');
        for (Stage stage : plan.stages()) {
            text.append("  ").append(header(plan, stage)).append('\n');
            for (Node node : stage.nodes()) {
                text.append("    ")
                        .append(plan.nameOf(node))
                        .append(detail(node))
                        .append('\n');
            }
            for (Stage target : stage.targets()) {
                text.append("    -> stage ")
                        .append(target.id())
                        .append(
                                target.isFused()
                                        ? " directly, already partitioned by "
                                        : target.via() != null
                                                ? " via " + target.via() + ", by "
                                                : " through an exchange by ")
                        .append(keyName(plan, target))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String header(Plan plan, Stage stage) {
        return "stage " + stage.id()
                + (stage.source() != null
                        ? ": source " + plan.nameOf(stage.source())
                        : ": keyed by " + keyName(plan, stage));
    }

    private static String keyName(Plan plan, Stage stage) {
        return stage.key() == null ? "" : plan.nameOf(stage.key());
    }

    private static String detail(Node node) {
        if (node instanceof SourceNode source) {
            return " (disorder up to " + Duration.ofNanos(source.source().disorderNanos()) + ")";
        }
        if (node instanceof WindowNode window) {
            return " (state: windows " + window.windows().describe() + ", "
                    + window.aggregation().name() + (window.explained() == null ? "" : ", explained") + ")";
        }
        if (node instanceof KeyedNode keyed) {
            long delay = Plan.delayOf(keyed);
            return " (state by key, input in order of "
                    + (keyed.processor().order() == io.datastream.processor.KeyedProcessor.Order.EVENT_TIME
                            ? "event time"
                            : "arrival")
                    + (delay == 0
                            ? ""
                            : delay == EventTime.MAX
                                    ? ", results any time behind"
                                    : ", results up to " + Duration.ofNanos(delay) + " behind")
                    + ")";
        }
        return node instanceof SinkNode sink ? " (" + sink.sink().guarantee() + ")" : "";
    }

    static String mermaid(Plan plan) {
        StringBuilder text = new StringBuilder("flowchart LR\n");
        IdentityHashMap<Node, String> ids = new IdentityHashMap<>();
        for (Node node : plan.nodes()) {
            String id = "n" + ids.size();
            ids.put(node, id);
            String label = plan.nameOf(node).replace("\"", "'");
            String shape = node instanceof SourceNode || node instanceof SinkNode
                    ? "([\"" + label + "\"])"
                    : node.isStateful() ? "[(\"" + label + "\")]" : "[\"" + label + "\"]";
            text.append("  ").append(id).append(shape).append('\n');
            for (Node input : node.inputs()) {
                boolean exchange = StageCutter.isHead(node) && !isFused(plan, node);
                text.append("  ")
                        .append(ids.get(input))
                        .append(exchange ? " == exchange ==> " : " --> ")
                        .append(id)
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static boolean isFused(Plan plan, Node head) {
        Node key = StageCutter.keyOf(head);
        return plan.stages().stream().anyMatch(stage -> stage.key() == key && stage.isFused());
    }
}
