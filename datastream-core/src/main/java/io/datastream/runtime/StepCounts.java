package io.datastream.runtime;

import io.datastream.engine.Step;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What tasks tell of their steps, summed up by step. */
public final class StepCounts {
    private final Map<String, PipelineStatus.StepStatus> byName = new TreeMap<>();

    /** No counts yet. */
    public StepCounts() {}

    /** Adds the counts of a step in one task, if it did not use every record. */
    public void add(Step step) {
        if (step.late() + step.skipped() + step.deadLetters() > 0) {
            Step.Failure last = step.lastFailure();
            add(new PipelineStatus.StepStatus(
                    step.name(),
                    step.late(),
                    step.skipped(),
                    step.deadLetters(),
                    last == null ? null : last.text(),
                    last == null ? null : last.sample()));
        }
    }

    /** Adds counts of several tasks. */
    public void add(PipelineStatus.StepStatus step) {
        byName.merge(step.name(), step, PipelineStatus.StepStatus::plus);
    }

    /** The sums, in the order of names. */
    public List<PipelineStatus.StepStatus> sums() {
        return List.copyOf(byName.values());
    }
}
