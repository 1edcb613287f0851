package io.datastream.kafka;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.Origins;
import io.datastream.runtime.PipelineStatus;
import io.datastream.runtime.StepCounts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a worker tells of its partitions now and then.
 *
 * @param origins its partitions
 * @param stages the keyed stages in them
 * @param steps the steps that did not use every record
 * @param holds which origins keep stages from giving out what they hold
 */
record WorkerReport(
        List<PipelineStatus.OriginStatus> origins,
        List<PipelineStatus.StageStatus> stages,
        List<PipelineStatus.StepStatus> steps,
        Holds holds) {
    static final WorkerReport NONE = new WorkerReport(List.of(), List.of(), List.of(), new Holds());
    private static final long QUIET_AFTER = TimeUnit.SECONDS.toNanos(1);

    /**
     * Brings the meters of the tasks up to date, and tells what they say.
     *
     * @param before the last report
     * @param heldBack whether nothing is read now
     */
    static WorkerReport of(WorkerReport before, Collection<PartitionTask> tasks, boolean heldBack, long nanoTime) {
        List<PipelineStatus.OriginStatus> origins = new ArrayList<>();
        List<PipelineStatus.StageStatus> stages = new ArrayList<>();
        StepCounts steps = new StepCounts();
        Holds holds = new Holds();
        for (PartitionTask task : tasks) {
            long quiet = task.quietAt(nanoTime);
            for (Chain chain : task.chains()) {
                chain.count().forEach(steps::add);
                for (KeyedTask keyed : chain.keyed) {
                    stages.add(new PipelineStatus.StageStatus(
                            keyed.stage() + " of " + task.partition,
                            keyed.stage().id(),
                            keyed.watermark(),
                            keyed.oldestOpenWindow(),
                            keyed.buffered(),
                            keyed.keys()));
                }
                String evidence = evidence(task, chain, heldBack, quiet);
                origins.add(new PipelineStatus.OriginStatus(
                        task.partition.toString(),
                        Origins.stage(chain.origin()),
                        task.position,
                        task.lag < 0 ? -1 : task.position + task.lag,
                        chain.watermark(),
                        evidence));
                holds.reads(chain.origin());
                holds.look(chain, nanoTime);
                if (quiet > QUIET_AFTER && task.lag == 0) {
                    holds.quiet(chain.origin(), evidence);
                }
            }
        }
        holds.goOnFrom(before.holds);
        return new WorkerReport(origins, stages, steps.sums(), holds);
    }

    private static String evidence(PartitionTask task, Chain chain, boolean heldBack, long quiet) {
        if (!task.isReady()) {
            return "restoring";
        }
        if (task.isEnded()) {
            return "ended";
        }
        if (heldBack) {
            return "held back";
        }
        if (task.lag < 0) {
            return "where it ends is not known now";
        }
        if (task.lag > 0) {
            return "reading";
        }
        String since = quiet > QUIET_AFTER ? ", nothing came for " + TimeUnit.NANOSECONDS.toSeconds(quiet) + " s" : "";
        return "read to its end" + since + ", " + chain.evidence();
    }
}
