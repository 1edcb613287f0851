package io.datastream.plan;

import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.SourceNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a definition into stages. An exchange lies not where a key is given but just before the first step with state
 * that uses it: filters and functions in between run before the exchange and make it smaller, and a key that no step
 * with state uses costs nothing.
 */
final class StageCutter {
    private final IdentityHashMap<Node, List<Node>> children = new IdentityHashMap<>();
    private final List<Stage> stages = new ArrayList<>();

    StageCutter(List<Node> nodes) {
        IdentityHashMap<KeyNode, List<Node>> ports = new IdentityHashMap<>();
        for (Node node : nodes) {
            node.inputs()
                    .forEach(input -> children.computeIfAbsent(input, any -> new ArrayList<>())
                            .add(node));
            if (isHead(node)) {
                List<Node> list = ports.computeIfAbsent(keyOf(node), any -> new ArrayList<>());
                if (!list.contains(node.input())) {
                    list.add(node.input());
                }
            }
        }
        List<Draft> drafts = new ArrayList<>();
        for (Node node : nodes) {
            if (node instanceof SourceNode source) {
                drafts.add(new Draft(source, null, List.of()));
            } else if (node instanceof KeyNode key && ports.containsKey(key)) {
                drafts.add(new Draft(null, key, List.copyOf(ports.get(key))));
            }
        }
        drafts.forEach(this::fill);
        build(drafts);
    }

    List<Stage> stages() {
        return List.copyOf(stages);
    }

    /** Whether the step has state and its records come through an exchange. */
    static boolean isHead(Node node) {
        if (!node.isStateful()) {
            return false;
        }
        for (Node at = node.input(); ; at = at.input()) {
            if (at.isStateful()) {
                return false;
            }
            if (at instanceof KeyNode) {
                return true;
            }
        }
    }

    /** The key that a step with state works by. */
    static KeyNode keyOf(Node node) {
        for (Node at = node.input(); ; at = at.input()) {
            if (at instanceof KeyNode key) {
                return key;
            }
        }
    }

    private static final class Draft {
        final @Nullable SourceNode source;
        final @Nullable KeyNode key;
        final List<Node> ports;
        final List<Node> nodes = new ArrayList<>();
        final List<KeyNode> targets = new ArrayList<>();

        Draft(@Nullable SourceNode source, @Nullable KeyNode key, List<Node> ports) {
            this.source = source;
            this.key = key;
            this.ports = ports;
        }
    }

    private void fill(Draft draft) {
        IdentityHashMap<Node, Boolean> seen = new IdentityHashMap<>();
        if (draft.source != null) {
            visit(draft.source, draft, seen);
        }
        for (Node port : draft.ports) {
            for (Node child : children.getOrDefault(port, List.of())) {
                if (isHead(child)) {
                    visit(child, draft, seen);
                }
            }
        }
    }

    private void visit(Node node, Draft draft, Map<Node, Boolean> seen) {
        if (seen.putIfAbsent(node, true) != null) {
            return;
        }
        draft.nodes.add(node);
        for (Node child : children.getOrDefault(node, List.of())) {
            if (!isHead(child)) {
                visit(child, draft, seen);
            } else if (!draft.targets.contains(keyOf(child))) {
                draft.targets.add(keyOf(child));
            }
        }
    }

    /** Builds the stages from the last to the first, since each needs those it feeds; numbers are the drafts' order. */
    private void build(List<Draft> drafts) {
        IdentityHashMap<KeyNode, Stage> byKey = new IdentityHashMap<>();
        Stage[] built = new Stage[drafts.size()];
        for (int id = drafts.size() - 1; id >= 0; id--) {
            Draft draft = drafts.get(id);
            List<Stage> targets = new ArrayList<>();
            for (KeyNode target : draft.targets) {
                Stage stage = byKey.get(target);
                if (stage == null) {
                    throw new IllegalStateException("stage of " + target + " is not built yet");
                }
                targets.add(stage);
            }
            boolean fused = draft.key != null
                    && draft.key.isAlreadyPartitioned()
                    && Stage.viaOf(draft.ports) == null
                    && drafts.stream()
                                    .filter(other -> other.targets.contains(draft.key))
                                    .count()
                            == 1;
            Stage stage = new Stage(
                    id, draft.source, draft.key, draft.ports, topological(draft.nodes), List.copyOf(targets), fused);
            built[id] = stage;
            if (draft.key != null) {
                byKey.put(draft.key, stage);
            }
        }
        stages.addAll(List.of(built));
    }

    /** The order in which a depth-first walk found the nodes is not one of dependence; this is. */
    private static List<Node> topological(List<Node> nodes) {
        IdentityHashMap<Node, Boolean> open = new IdentityHashMap<>();
        nodes.forEach(node -> open.put(node, true));
        List<Node> sorted = new ArrayList<>();
        nodes.forEach(node -> place(node, open, sorted));
        return List.copyOf(sorted);
    }

    private static void place(Node node, Map<Node, Boolean> open, List<Node> sorted) {
        if (open.remove(node) != null) {
            node.inputs().forEach(input -> place(input, open, sorted));
            sorted.add(node);
        }
    }
}
