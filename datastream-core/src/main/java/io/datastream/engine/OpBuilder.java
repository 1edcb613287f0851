package io.datastream.engine;

import io.datastream.engine.StatelessOps.Arrival;
import io.datastream.engine.StatelessOps.Counts;
import io.datastream.plan.Node;
import io.datastream.plan.Node.CrossingNode;
import io.datastream.plan.Node.FilterNode;
import io.datastream.plan.Node.FlatMapNode;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.KeyedNode;
import io.datastream.plan.Node.MapNode;
import io.datastream.plan.Node.MergeNode;
import io.datastream.plan.Node.ProcessNode;
import io.datastream.plan.Node.SideNode;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Node.WindowNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.processor.Processor;
import io.datastream.processor.ProcessorContext;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the running steps of a task from the steps of its stage, from the sinks back to the entries. */
final class OpBuilder {
    /** Makes the step of a node that has state. */
    interface StatefulSteps {
        Op make(Node node, Step step, Op next, Map<Node, Op> sides);
    }

    private final Plan plan;
    private final Stage stage;
    private final int task;
    private final TaskOutput output;
    private final Faults faults;
    private final Arrival arrival;
    private final Counts counts;

    /** By how much the results of each step may lie behind the task's time; 0 where not given. */
    private final Map<Node, Long> lags;

    private final @Nullable StatefulSteps stateful;
    private final IdentityHashMap<Node, Op> made = new IdentityHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Processor<Object, Object>> processors = new ArrayList<>();

    OpBuilder(
            Plan plan,
            Stage stage,
            int task,
            TaskOutput output,
            Faults faults,
            Arrival arrival,
            Counts counts,
            Map<Node, Long> lags,
            @Nullable StatefulSteps stateful) {
        this.plan = plan;
        this.stage = stage;
        this.task = task;
        this.output = output;
        this.faults = faults;
        this.arrival = arrival;
        this.counts = counts;
        this.lags = lags;
        this.stateful = stateful;
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    List<Processor<Object, Object>> processors() {
        return List.copyOf(processors);
    }

    /** What takes the records that a node of this stage gives out. */
    Op after(Node node) {
        List<Op> targets = new ArrayList<>();
        for (Node child : plan.nodes()) {
            if (!(child instanceof SideNode)
                    && child.inputs().contains(node)
                    && stage.nodes().contains(child)
                    && !isEntry(child)) {
                targets.add(of(child));
            }
        }
        for (Stage target : stage.targets()) {
            int port = target.ports().indexOf(node);
            if (port >= 0) {
                targets.add(new StatelessOps.ExchangeOp(
                        output.openExchange(target, port), arrival, lags.getOrDefault(node, 0L)));
            }
        }
        return fanOut(targets);
    }

    /** What takes the records that enter a keyed stage by a port. */
    Op entry(Node port) {
        List<Op> targets = new ArrayList<>();
        for (Node child : stage.nodes()) {
            if (child.inputs().contains(port) && isEntry(child)) {
                targets.add(of(child));
            }
        }
        return fanOut(targets);
    }

    private boolean isEntry(Node node) {
        return node.isStateful() && stage.ports().contains(node.input());
    }

    private static Op fanOut(List<Op> targets) {
        return switch (targets.size()) {
            case 0 -> new Op.Nowhere();
            case 1 -> targets.get(0);
            default -> new Op.FanOut(targets.toArray(Op[]::new));
        };
    }

    private Op of(Node node) {
        Op known = made.get(node);
        if (known == null) {
            known = make(node);
            made.put(node, known);
        }
        return known;
    }

    Step step(Node node) {
        Step step = new Step(plan.name(), plan.nameOf(node), node.errorPolicy());
        steps.add(step);
        return step;
    }

    private Op make(Node node) {
        return node.accept(new Node.Visitor<Op>() {
            @Override
            public Op source(SourceNode source) {
                throw new IllegalStateException("a source is no target");
            }

            @Override
            public Op map(MapNode map) {
                return new StatelessOps.MapOp(step(map), map.fn(), faults, after(map));
            }

            @Override
            public Op filter(FilterNode filter) {
                return new StatelessOps.FilterOp(step(filter), filter.condition(), faults, after(filter));
            }

            @Override
            public Op flatMap(FlatMapNode flatMap) {
                return new StatelessOps.FlatMapOp(step(flatMap), flatMap.fn(), faults, after(flatMap));
            }

            @Override
            public Op process(ProcessNode process) {
                Step step = step(process);
                Processor<Object, Object> copy = Copies.of(process.processor(), step.name);
                try {
                    copy.open(new ProcessorContext(plan.name(), step.name, task));
                } catch (Exception e) {
                    throw Copies.openFailed(step.name, e);
                }
                processors.add(copy);
                return new StatelessOps.ProcessOp(step, copy, faults, after(process));
            }

            @Override
            public Op merge(MergeNode merge) {
                return after(merge);
            }

            @Override
            public Op crossing(CrossingNode crossing) {
                return after(crossing);
            }

            @Override
            public Op key(KeyNode key) {
                Op next = after(key);
                // a key that no step with state uses is not even computed
                return next instanceof Op.Nowhere ? next : new StatelessOps.KeyOp(step(key), key.key(), faults, next);
            }

            @Override
            public Op keyed(KeyedNode keyed) {
                return stateful(keyed);
            }

            @Override
            public Op window(WindowNode window) {
                return stateful(window);
            }

            @Override
            public Op side(SideNode side) {
                return after(side);
            }

            @Override
            public Op sink(SinkNode sink) {
                return new StatelessOps.SinkOp(step(sink), output.openSink(sink), faults, counts);
            }
        });
    }

    private Op stateful(Node node) {
        if (stateful == null) {
            throw new IllegalStateException("step " + plan.nameOf(node) + " has state, in a stage without key");
        }
        Step step = step(node);
        IdentityHashMap<Node, Op> sides = new IdentityHashMap<>();
        for (Node child : stage.nodes()) {
            if (child instanceof SideNode && child.input() == node) {
                sides.put(child, of(child));
            }
        }
        return stateful.make(node, step, after(node), sides);
    }
}
