package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.monitor.Views.Finding;
import io.datastream.monitor.Views.Level;
import io.datastream.plan.Plan;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.runtime.PipelineStatus.OriginStatus;
import io.datastream.runtime.PipelineStatus.StageStatus;
import io.datastream.runtime.PipelineStatus.StepStatus;
import io.datastream.sink.Sinks;
import io.datastream.time.EventTime;
import io.datastream.time.Tumbling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
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

    private static final Instant NOW = Instant.parse("2026-03-01T12:10:00Z");

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
        return Explanation.of(PLAN, status, Set.of("0 feed-1"), NOW, in, out).findings();
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
                        NOW,
                        10,
                        1)
                .findings();

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
    void recordsThatNobodyReadsAreAProblemAlsoWhileOtherPartitionsFlow() {
        OriginStatus fine = new OriginStatus("feed-0", 0, 10, 25, T0, "reading");
        OriginStatus behind = new OriginStatus("feed-1", 0, 10, 25, T0, "held back");

        Explanation.Told told = Explanation.of(
                PLAN,
                status(PipelineState.RUNNING, List.of(fine, behind), List.of(), List.of(), null),
                Set.of("0 feed-1"),
                NOW,
                10,
                1);
        assertThat(told.findings())
                .containsExactly(
                        new Finding(
                                Level.PROBLEM,
                                "feed-1: 15 records are there and none was read in the last seconds: held back."),
                        new Finding(Level.OK, "Results come out."));
        assertThat(told.problems()).containsExactly(behind);
    }

    @Test
    void aBacklogThatIsAboutToBeReadIsNoProblemAndNotAllThatThereIs() {
        OriginStatus behind = new OriginStatus("feed-0", 0, 10, 25, T0, "reading");

        assertThat(explain(status(PipelineState.RUNNING, List.of(behind), List.of(), List.of(), null), 0, 0))
                .containsExactly(
                        new Finding(Level.WAIT, "Nothing was read and nothing has come out in the last seconds."));
    }

    @Test
    void aTimeInTheFutureIsToldToMakeRecordsLate() {
        OriginStatus ahead = origin(0, 3_600, "reading");
        PipelineStatus late = new PipelineStatus(
                "means",
                PipelineState.RUNNING,
                List.of(ahead, origin(1, 600, "reading")),
                List.of(),
                List.of(new StepStatus("means", 7, 0, 0, null, null)),
                List.of(),
                0,
                null);

        Explanation.Told told = Explanation.of(PLAN, late, Set.of(), NOW, 10, 1);
        assertThat(told.findings().get(0))
                .isEqualTo(new Finding(
                        Level.PROBLEM,
                        "feed-0: its watermark is at 2026-03-01T13:00:00Z, which is ahead of the clock, because a record"
                                + " had a time in the future. Records of now are too late."));
        assertThat(told.problems()).containsExactly(ahead);
    }

    @Test
    void ofAThousandPartitionsAFewAreNamed() {
        List<OriginStatus> origins = new ArrayList<>();
        Set<String> silent = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            origins.add(new OriginStatus("feed-" + i, 0, 10, 20 + i, T0, "held back"));
            silent.add("0 feed-" + i);
        }
        Explanation.Told told = Explanation.of(
                PLAN, status(PipelineState.RUNNING, origins, List.of(), List.of(), null), silent, NOW, 0, 0);
        assertThat(told.findings()).hasSizeLessThan(10).allMatch(finding -> finding.level() == Level.PROBLEM);
        assertThat(told.findings().get(0).text()).startsWith("feed-999: 1009 records are there");
        assertThat(told.findings().toString()).contains("The same is so for 995 further partitions.");
        assertThat(told.problems()).hasSize(1_000);
    }

    @Test
    void aSourceThatFellSilentHoldsBackWhatItIsJoinedWith() {
        Plan joined = Pipeline.from(Pipelines.timed(new Feed("left", 1)))
                .merge(Pipeline.from(Pipelines.timed(new Feed("right", 1))))
                .keyBy(Feed.Reading::sensor)
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.count())
                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .plan();
        OriginStatus left = new OriginStatus("left-0", 0, 10, 10, T0 + 90_000_000_000L, "reading");
        OriginStatus right = new OriginStatus("right-0", 1, 10, 10, T0, "read to its end, quiet for PT40S");
        StageStatus stage = new StageStatus("stage 2", 2, T0, T0, 3, 2);

        Explanation.Told told = Explanation.of(
                joined,
                status(PipelineState.RUNNING, List.of(left, right), List.of(stage), List.of(), null),
                Set.of("1 right-0"),
                NOW,
                10,
                0);
        assertThat(told.findings().get(0).level()).isEqualTo(Level.PROBLEM);
        assertThat(told.problems()).containsExactly(right);
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
