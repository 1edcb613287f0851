package io.datastream.plan;

import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Late;
import io.datastream.plan.Node.CrossingNode;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.KeyedNode;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Node.WindowNode;
import io.datastream.processor.KeyedProcessor;
import io.datastream.sink.Sink;
import io.datastream.time.Calendar;
import io.datastream.time.Session;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A checked, immutable definition: its steps in order, their names, and the stages that a runtime executes.
 *
 * <p>Steps are named by the user or after what they are. The name of a step with state identifies that state, so it must
 * be unique: two such steps of the same kind need names of their own.
 */
public final class Plan {
    private final String name;
    private final List<Node> nodes;
    private final Map<Node, String> names;
    private final List<Stage> stages;
    private final @Nullable SinkNode deadLetters;
    private final @Nullable SinkNode late;

    private Plan(
            String name,
            List<Node> nodes,
            Map<Node, String> names,
            List<Stage> stages,
            @Nullable SinkNode deadLetters,
            @Nullable SinkNode late) {
        this.name = name;
        this.nodes = nodes;
        this.names = names;
        this.stages = stages;
        this.deadLetters = deadLetters;
        this.late = late;
    }

    /**
     * Checks and orders a definition.
     *
     * @throws IllegalArgumentException if it cannot run, with the step and what to change
     */
    public static Plan of(
            String name,
            List<SinkNode> sinks,
            @Nullable Sink<? super DeadLetter> deadLetters,
            @Nullable Sink<? super Late<?>> late) {
        List<Node> nodes = new ArrayList<>();
        IdentityHashMap<Node, Boolean> seen = new IdentityHashMap<>();
        sinks.forEach(sink -> collect(sink, nodes, seen));
        Map<Node, String> names = nameAll(nodes);
        for (Node node : nodes) {
            checkErrors(node, names, deadLetters != null);
            checkDelay(node, names);
        }
        List<Stage> stages = new StageCutter(nodes).stages();
        nodes.forEach(node -> checkVia(node, stages));
        return new Plan(
                name,
                List.copyOf(nodes),
                names,
                stages,
                deadLetters == null ? null : SinkNode.detached("dead-letters", deadLetters),
                late == null ? null : SinkNode.detached("late", late));
    }

    private static void collect(Node node, List<Node> into, Map<Node, Boolean> seen) {
        if (seen.putIfAbsent(node, true) == null) {
            node.inputs().forEach(input -> collect(input, into, seen));
            into.add(node);
        }
    }

    /** Names that were given or that identify state first, so that they do not depend on the steps around them. */
    private static Map<Node, String> nameAll(List<Node> nodes) {
        IdentityHashMap<Node, String> names = new IdentityHashMap<>();
        Set<String> taken = new HashSet<>();
        for (Node node : nodes) {
            if (hasIdentity(node)) {
                String name = wantedName(node);
                if (!taken.add(name)) {
                    throw new IllegalArgumentException("step name: \"" + name
                            + "\" is that of two steps (expected: unique names; give one of them another with"
                            + " .named(\"...\"))");
                }
                names.put(node, name);
            }
        }
        for (Node node : nodes) {
            if (!hasIdentity(node)) {
                String unique = wantedName(node);
                for (int i = 2; !taken.add(unique); i++) {
                    unique = wantedName(node) + "-" + i;
                }
                names.put(node, unique);
            }
        }
        return names;
    }

    private static boolean hasIdentity(Node node) {
        return node.isStateful() || node.givenName() != null;
    }

    private static String wantedName(Node node) {
        String given = node.givenName();
        return given != null ? given : node.kind();
    }

    private static void checkErrors(Node node, Map<Node, String> names, boolean hasDeadLetters) {
        ErrorPolicy policy = node.errorPolicy();
        if (policy.action() == ErrorPolicy.Action.DEAD_LETTER && !hasDeadLetters) {
            throw new IllegalArgumentException("step \"" + names.get(node)
                    + "\": its error policy is DEAD_LETTER, but the pipeline has no place for dead letters (expected:"
                    + " Pipeline.deadLettersTo(sink))");
        }
        if (policy.retries() > 0 && node.isStateful()) {
            throw new IllegalArgumentException("step \"" + names.get(node)
                    + "\": its error policy has retries, but a step with state cannot be tried again (expected: FAIL,"
                    + " SKIP or DEAD_LETTER)");
        }
    }

    private static void checkDelay(Node node, Map<Node, String> names) {
        if (node instanceof WindowNode || node instanceof KeyNode) {
            Node unbounded = unboundedBefore(node);
            if (unbounded != null) {
                throw new IllegalArgumentException("step \"" + names.get(node) + "\": it follows \""
                        + names.get(unbounded)
                        + "\", whose results may be any time behind, so it could never close (expected: a bound,"
                        + " such as a maximum gap, on that step)");
            }
        }
    }

    /** All records that enter a stage come by the same topic, and a topic belongs to one stage. */
    private static void checkVia(Node node, List<Stage> stages) {
        if (!(node instanceof CrossingNode crossing) || crossing.topic() == null) {
            return;
        }
        String topic = crossing.topic();
        List<Stage> readers =
                stages.stream().filter(stage -> topic.equals(stage.via())).toList();
        if (readers.size() != 1 || !readers.get(0).ports().contains(node)) {
            throw new IllegalArgumentException("via(\"" + topic + "\"): "
                    + (readers.size() > 1 ? "it stands at two keys" : "no step with state follows it directly")
                    + " (expected: one place after keyBy, with a window or a keyed process next)");
        }
        for (Node port : readers.get(0).ports()) {
            if (!(port instanceof CrossingNode other) || !topic.equals(other.topic())) {
                throw new IllegalArgumentException("via(\"" + topic
                        + "\"): steps of the same key are fed past it (expected: via before all of them; give it once and"
                        + " branch after it)");
            }
        }
    }

    private static @Nullable Node unboundedBefore(Node node) {
        for (Node input : node.inputs()) {
            Node found = delayOf(input) == KeyedProcessor.UNBOUNDED ? input : unboundedBefore(input);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** By how much the results of a step may lie behind its input, in nanoseconds. */
    public static long delayOf(Node node) {
        if (node instanceof KeyedNode keyed) {
            return keyed.processor().outputDelayNanos();
        }
        if (!(node instanceof WindowNode window)) {
            return 0;
        }
        if (window.windows() instanceof Session session) {
            // known to be over at its end, or a nanosecond later; its result carries the nanosecond before its end
            return session.boundary() == Session.Boundary.INCLUSIVE ? 2 : 1;
        }
        return emitsEmpty(window.windows()) ? KeyedProcessor.UNBOUNDED : 0;
    }

    private static boolean emitsEmpty(Windows windows) {
        return (windows instanceof Tumbling tumbling && tumbling.emitEmpty())
                || (windows instanceof Sliding sliding && sliding.emitEmpty())
                || (windows instanceof Calendar calendar && calendar.emitEmpty());
    }

    /** The name of the pipeline. */
    public String name() {
        return name;
    }

    /** All steps, each after those it reads from. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The unique name of a step. */
    public String nameOf(Node node) {
        if (node == deadLetters || node == late) {
            return node.toString();
        }
        String found = names.get(node);
        if (found == null) {
            throw new IllegalArgumentException("step: " + node + " (expected: a step of pipeline " + name + ")");
        }
        return found;
    }

    /** The stages, each after those it reads from. */
    public List<Stage> stages() {
        return stages;
    }

    /** The sources. */
    public List<SourceNode> sources() {
        return nodes.stream()
                .filter(SourceNode.class::isInstance)
                .map(SourceNode.class::cast)
                .toList();
    }

    /** Where dead letters go; null for nowhere. */
    public @Nullable SinkNode deadLetters() {
        return deadLetters;
    }

    /** Where late records go that no step has an output for; null for nowhere. */
    public @Nullable SinkNode late() {
        return late;
    }

    /** The definition for people: stages, exchanges and state as text. */
    public String describe() {
        return PlanText.text(this);
    }

    /** The definition as a Mermaid flow chart. */
    public String mermaid() {
        return PlanText.mermaid(this);
    }

    @Override
    public String toString() {
        return describe();
    }
}
