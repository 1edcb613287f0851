package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.monitor.Views.Finding;
import io.datastream.monitor.Views.Level;
import io.datastream.plan.Plan;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.runtime.PipelineStatus.OriginStatus;
import io.datastream.runtime.PipelineStatus.StageStatus;
import io.datastream.time.EventTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final Plan PLAN = Pipelines.means(
                    "means", Pipelines.timed(new Feed("explained", 2)), new ConcurrentLinkedQueue<>())
            .plan();
    private static final long T0 = EventTime.nanos(Instant.parse("2026-03-01T12:00:00Z"));

    private static PipelineStatus status(
            PipelineState state,
            List<OriginStatus> origins,
            List<StageStatus> stages,
            List<String> waits,
            @Nullable String error) {
        return new PipelineStatus("means", state, origins, stages, List.of(), waits, 0, error);
    }

    private static OriginStatus origin(int number, long seconds, String evidence) {
        return new OriginStatus("feed-" + number, 0, 10, 10, T0 + seconds * 1_000_000_000, evidence);
    }

    private static StageStatus stage(long seconds) {
        return new StageStatus("stage 1", 1, T0 + seconds * 1_000_000_000, T0, 3, 2);
    }

    private static List<Finding> explain(PipelineStatus status, double in, double out) {
        return Explanation.of(PLAN, status, Set.of("feed-1"), in, out);
    }

    @Test
    void namesThePartitionThatIsBehindTheOthersAndSilent() {
        List<Finding> findings = explain(
                status(
                        PipelineState.RUNNING,
                        List.of(
                                origin(0, 90, "reading"),
                                origin(1, 0, "read to its end, quiet for PT40S, holds the watermark back")),
                        List.of(stage(0)),
                        List.of(),
                        null),
                10,
                0);

        assertThat(findings.get(0))
                .isEqualTo(new Finding(
                        Level.PROBLEM,
                        "stage 1 (means): its oldest open window starts at 2026-03-01T12:00:00Z and closes when the"
                                + " watermark reaches its end. The watermark is at 2026-03-01T12:00:00Z. feed-1 holds it"
                                + " back, at 2026-03-01T12:00:00Z: read to its end, quiet for PT40S, holds the watermark"
                                + " back."));
    }

    @Test
    void aPartitionThatIsQuietForAMomentIsNoProblem() {
        List<Finding> findings = Explanation.of(
                PLAN,
                status(
                        PipelineState.RUNNING,
                        List.of(origin(0, 90, "reading"), origin(1, 0, "read to its end, quiet for PT0.04S")),
                        List.of(stage(0)),
                        List.of(),
                        null),
                Set.of(),
                10,
                1);

        assertThat(findings).hasSize(2).allMatch(finding -> finding.level() == Level.OK);
    }

    @Test
    void anIdlePartitionIsNotBlamed() {
        List<Finding> findings = explain(
                status(
                        PipelineState.RUNNING,
                        List.of(origin(0, 90, "reading"), origin(1, 0, "read to its end, idle: holds nothing back")),
                        List.of(stage(90)),
                        List.of(),
                        null),
                10,
                0);

        assertThat(findings).noneMatch(finding -> finding.level() == Level.PROBLEM);
        assertThat(findings.toString()).contains("feed-0 holds it back").doesNotContain("feed-1");
    }

    @Test
    void aPipelineThatGivesResultsIsFine() {
        assertThat(explain(
                        status(PipelineState.RUNNING, List.of(origin(0, 0, "reading")), List.of(), List.of(), null),
                        5,
                        1))
                .containsExactly(new Finding(Level.OK, "Results come out."));
    }

    @Test
    void recordsThatNobodyReadsAreAProblem() {
        OriginStatus behind = new OriginStatus("feed-0", 0, 10, 25, T0, "held back");

        assertThat(explain(status(PipelineState.RUNNING, List.of(behind), List.of(), List.of(), null), 0, 0))
                .containsExactly(
                        new Finding(Level.PROBLEM, "feed-0: 15 records are there and none is read: held back."));
    }

    @Test
    void whatTheRuntimeSaysComesFirst() {
        assertThat(explain(
                        status(
                                PipelineState.PAUSED,
                                List.of(),
                                List.of(),
                                List.of("the pipeline is paused", "Kafka does not answer"),
                                null),
                        0,
                        0))
                .containsExactly(
                        new Finding(Level.PROBLEM, "Held up: Kafka does not answer."),
                        new Finding(Level.WAIT, "The pipeline is paused. Nothing is read until it is resumed."));
    }

    @Test
    void aFailureIsToldWithItsCause() {
        assertThat(explain(status(PipelineState.FAILED, List.of(), List.of(), List.of(), "feed-0@3: boom"), 0, 0))
                .containsExactly(new Finding(Level.PROBLEM, "The pipeline has failed: feed-0@3: boom"));
    }

    @Test
    void everyStateHasASentence() {
        for (PipelineState state : PipelineState.values()) {
            assertThat(explain(status(state, List.of(), List.of(), List.of(), null), 0, 0))
                    .as(state.name())
                    .isNotEmpty();
        }
    }
}
