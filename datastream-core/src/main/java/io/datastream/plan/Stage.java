package io.datastream.plan;

import io.datastream.plan.Node.CrossingNode;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.SourceNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies between two exchanges: one source and what follows it without state, or the steps with state of one key and
 * what follows them.
 */
public final class Stage {
    private final int id;
    private final @Nullable SourceNode source;
    private final @Nullable KeyNode key;
    private final List<Node> ports;
    private final List<Node> nodes;
    private final List<Stage> targets;
    private final boolean fused;

    Stage(
            int id,
            @Nullable SourceNode source,
            @Nullable KeyNode key,
            List<Node> ports,
            List<Node> nodes,
            List<Stage> targets,
            boolean fused) {
        this.id = id;
        this.source = source;
        this.key = key;
        this.ports = ports;
        this.nodes = nodes;
        this.targets = targets;
        this.fused = fused;
    }

    /** Number of the stage within its plan, from 0; a stage's number is higher than those it reads from. */
    public int id() {
        return id;
    }

    /** The source that the stage reads; null for a keyed stage. */
    public @Nullable SourceNode source() {
        return source;
    }

    /** The key of the stage; null for a source stage. */
    public @Nullable KeyNode key() {
        return key;
    }

    /** Whether the stage holds state by key. */
    public boolean isKeyed() {
        return key != null;
    }

    /**
     * Whether records reach the stage without an exchange: its key says they are partitioned already, and they come from
     * one stage only.
     */
    public boolean isFused() {
        return fused;
    }

    /** The topic that cuts the pipeline into parts before this stage; null for none. */
    public @Nullable String via() {
        return viaOf(ports);
    }

    static @Nullable String viaOf(List<Node> ports) {
        for (Node port : ports) {
            if (port instanceof CrossingNode crossing && crossing.topic() != null) {
                return crossing.topic();
            }
        }
        return null;
    }

    /** The steps of the stages before whose results enter here, in the order of port numbers. Empty for a source. */
    public List<Node> ports() {
        return ports;
    }

    /** The steps that run here, each after those it reads from. Steps without state may run in several stages. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The stages that this one feeds. */
    public List<Stage> targets() {
        return targets;
    }

    @Override
    public String toString() {
        return "stage " + id;
    }
}
