package io.datastream.monitor;

import io.datastream.runtime.PipelineState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Answers to those who ask whether this process works: an orchestrator, or a load balancer. */
final class Health {
    private Health() {}

    /**
     * The answer: live unless a pipeline has failed for good; ready if all of them run.
     *
     * @param tells whether the client may know the reason
     */
    static Answer answer(String kind, Collection<Watched> pipelines, boolean tells) {
        if (!kind.equals("live") && !kind.equals("ready")) {
            return Answer.text(404, "not found (expected: /health/live or /health/ready)");
        }
        List<String> reasons = new ArrayList<>();
        for (Watched watched : pipelines) {
            PipelineState state = watched.controller().state();
            if (kind.equals("live") ? state == PipelineState.FAILED : state != PipelineState.RUNNING) {
                String error = watched.controller().status().lastError();
                reasons.add("pipeline " + watched.name() + " is " + state
                        + (error == null || state != PipelineState.FAILED ? "" : ": " + error));
            }
        }
        if (kind.equals("ready") && pipelines.isEmpty()) {
            reasons.add("no pipeline runs here");
        }
        if (reasons.isEmpty()) {
            return Answer.text(200, "up");
        }
        return Answer.text(503, tells ? String.join("\n", reasons) : "down");
    }
}
