package io.datastream.monitor;

import io.datastream.monitor.Views.PlanView;
import io.datastream.monitor.Views.StagePlan;
import io.datastream.monitor.Views.StepPlan;
import io.datastream.plan.Node;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A plan as data, and what else is read off it. */
final class PlanViews {
    private PlanViews() {}

    static PlanView of(Plan plan) {
        List<StagePlan> stages = new ArrayList<>();
        for (Stage stage : plan.stages()) {
            List<StepPlan> steps = new ArrayList<>();
            for (Node node : stage.nodes()) {
                steps.add(new StepPlan(plan.nameOf(node), node.kind(), role(node)));
            }
            KeyNode key = stage.key();
            stages.add(new StagePlan(
                    stage.id(),
                    stage.source() == null ? null : plan.nameOf(stage.source()),
                    key == null ? null : plan.nameOf(key),
                    stage.via(),
                    stage.isFused(),
                    steps,
                    stage.targets().stream().map(Stage::id).toList()));
        }
        return new PlanView(
                stages,
                plan.deadLetters() == null ? null : plan.deadLetters().sink().name(),
                plan.late() == null ? null : plan.late().sink().name(),
                plan.describe());
    }

    private static String role(Node node) {
        return node instanceof SourceNode
                ? "source"
                : node instanceof SinkNode ? "sink" : node.isStateful() ? "state" : "step";
    }

    /** For people: {@code stage 1 (means)}. */
    static String describe(Plan plan, int id) {
        Stage stage = plan.stages().get(id);
        if (stage.source() != null) {
            return "stage " + id + " (" + plan.nameOf(stage.source()) + ")";
        }
        for (Node node : stage.nodes()) {
            if (node.isStateful()) {
                return "stage " + id + " (" + plan.nameOf(node) + ")";
            }
        }
        return "stage " + id;
    }

    /** Whether the meters of a step are those of a stage: runtimes name stages after what is in them. */
    static boolean isNameOf(Plan plan, Stage stage, String step) {
        if (stage.source() != null) {
            return step.equals(plan.nameOf(stage.source()));
        }
        if (step.equals(stage.via()) || step.equals(stage.toString()) || step.startsWith(stage + " (")) {
            return true;
        }
        KeyNode key = stage.key();
        if (stage.via() != null || key == null) {
            return false;
        }
        if (key.givenName() != null) {
            return step.equals(key.givenName());
        }
        for (Node node : stage.nodes()) {
            if (node.isStateful()) {
                return step.equals(plan.nameOf(node));
            }
        }
        return false;
    }

    /** The numbers of the stages with a source from which records come to a stage; its own if it has one. */
    static Set<Integer> sourcesOf(Plan plan, int id) {
        Set<Integer> found = new HashSet<>();
        Set<Integer> sources = new HashSet<>();
        found.add(id);
        for (int at = id; at >= 0; at--) { // a stage's number is higher than those it reads from
            Stage stage = plan.stages().get(at);
            for (Stage target : stage.targets()) {
                if (found.contains(target.id())) {
                    found.add(at);
                }
            }
            if (stage.source() != null && found.contains(at)) {
                sources.add(at);
            }
        }
        return sources;
    }
}
