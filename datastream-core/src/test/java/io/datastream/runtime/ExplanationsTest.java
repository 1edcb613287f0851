package io.datastream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.WindowedStream;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.Late;
import io.datastream.processor.SideOutput;
import io.datastream.runtime.WindowExplanation.Closing;
import io.datastream.runtime.WindowExplanation.Input;
import io.datastream.runtime.WindowExplanation.Outcome;
import io.datastream.runtime.WindowExplanation.Reason;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import io.datastream.time.Counted;
import io.datastream.time.EventTime;
import io.datastream.time.Session;
import io.datastream.time.Tumbling;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import io.datastream.time.Windows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pipeline on the threads of this JVM says of its windows. */
@Timeout(60)
class ExplanationsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Window FIRST_MINUTE = new Window(0, 60 * SECOND);

    record Reading(String sensor, long second, boolean isFilled) {}

    private static Reading at(long second) {
        return new Reading("s-1", second, false);
    }

    private static WindowedStream<String, Reading> windowed(Windows windows, List<List<Reading>> partitions) {
        return Pipeline.from(ListSource.<Reading>partitioned(partitions)
                        .eventTimeNanos(r -> r.second() * SECOND)
                        .named("readings"))
                .keyBy(Reading::sensor)
                .window(windows);
    }

    private static WindowedStream<String, Reading> minutes(Reading... readings) {
        return windowed(Tumbling.of(Duration.ofMinutes(1)), List.of(List.of(readings)));
    }

    /** Runs it to its end. */
    private static PipelineController done(WindowedStream<String, Reading> windows) throws InterruptedException {
        return done(windows.aggregate(Aggregations.count())
                .named("counts")
                .to(Sinks.calling("nowhere", (time, value) -> {})));
    }

    private static PipelineController done(Pipeline pipeline) throws InterruptedException {
        LocalRuntime runtime = LocalRuntime.create().withClock(Clock.fixed(NOW, ZoneOffset.UTC));
        try (PipelineController controller = runtime.start(pipeline.named("by-minute"))) {
            controller.awaitTermination();
            return controller;
        }
    }

    @Test
    void sayInWordsWhatAWindowWasMadeFrom() throws InterruptedException {
        PipelineController controller =
                done(minutes(at(1), new Reading("s-1", 30, true), at(65), at(2)).explained(10, Reading::isFilled));
        assertThat(controller.explain("counts", "s-1", FIRST_MINUTE).toString()).isEqualTo("""
                        window [1970-01-01T00:00:00Z, 1970-01-01T00:01:00Z) of s-1, step counts of pipeline by-minute
                          made from: 2
                            readings-0: 2 records at offsets 0 to 1, 1 of them filled in
                          left out because they came too late: 1
                            readings-0: 1 record at offset 3, when the watermark was at 1970-01-01T00:01:05Z
                          closed at 2026-01-01T12:00:00Z, at the end of the input: readings-0 was the last to end
                        """);
    }

    @Test
    void nameThePartitionsAsTheirSourceAndTheStatusDo() throws InterruptedException {
        List<Late<Reading>> late = Collections.synchronizedList(new ArrayList<>());
        SideOutput<Late<Reading>> side = SideOutput.named("late");
        var counts = Pipeline.from(new Days(
                                ListSource.partitioned(List.of(List.of(at(1), at(65), at(2)), List.of(at(3)))))
                        .eventTimeNanos(r -> r.second() * SECOND))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .withLate(side)
                .explained()
                .aggregate(Aggregations.count())
                .named("counts");
        PipelineController controller = done(counts.to(Sinks.calling("nowhere", (time, value) -> {}))
                .and(counts.side(side).to(Sinks.collectInto(late))));
        WindowExplanation explanation = controller.explain("counts", "s-1", FIRST_MINUTE);
        assertThat(explanation.inputs()).extracting(Input::origin).containsExactly("monday.csv", "tuesday.csv");
        assertThat(explanation.late()).extracting(Input::origin).containsExactly("monday.csv");
        assertThat(late).extracting(Late::place).containsExactly("monday.csv@2");
        assertThat(controller.status().origins())
                .extracting(PipelineStatus.OriginStatus::name)
                .containsExactly("monday.csv", "tuesday.csv");
    }

    /** As files, whose partitions have names of their own. */
    private record Days(ListSource<Reading> list) implements ReadableSource<Reading> {
        @Override
        public String name() {
            return "monday.csv+1";
        }

        @Override
        public int partitions() {
            return list.partitions();
        }

        @Override
        public String partitionName(int partition) {
            return List.of("monday.csv", "tuesday.csv").get(partition);
        }

        @Override
        public boolean isBounded() {
            return true;
        }

        @Override
        public SourceReader<Reading> open(int partition, long position) {
            return list.open(partition, position);
        }
    }

    @Test
    void areValuesForPrograms() throws InterruptedException {
        WindowExplanation explanation = done(minutes(at(1), at(30)).explained()).explain("counts", "s-1", FIRST_MINUTE);
        assertThat(explanation.outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(explanation.inputs()).containsExactly(new Input("readings-0", "list", 0, 0, 1, 2, 0, EventTime.MIN));
        assertThat(explanation.closing())
                .isEqualTo(new Closing(EventTime.MAX, "readings-0", Reason.END, EventTime.nanos(NOW)));
        assertThat(explanation.records()).isEqualTo(2);
        assertThat(explanation.lateRecords() + explanation.failedRecords()).isZero();
        assertThat(explanation.notes()).isEmpty();
    }

    @Test
    void areFoundByTheTextOfTheirKeyTheLatestFirst() throws InterruptedException {
        Explanations explanations =
                done(minutes(at(1), at(61), at(121)).explained()).explanations();
        assertThat(explanations.steps()).containsExactly("counts");
        assertThat(explanations.latest("counts", "s-1", null, 2))
                .extracting(explanation -> explanation.window().startNanos() / SECOND)
                .containsExactly(120L, 60L);
        assertThat(explanations.latest("counts", "s-1", Instant.ofEpochSecond(70), 2))
                .extracting(explanation -> explanation.window().startNanos() / SECOND)
                .containsExactly(60L);
        assertThat(explanations.latest("counts", "s-2", null, 2)).isEmpty();
        assertThat(explanations.explainText("counts", "s-1", FIRST_MINUTE).records())
                .isEqualTo(1);
    }

    @Test
    void sayThatThereWereNoRecords() throws InterruptedException {
        assertThat(done(minutes(at(1)).explained())
                        .explain("counts", "s-2", FIRST_MINUTE)
                        .toString())
                .contains("s-2", "no records, so there is no result");
    }

    @Test
    void tellSessionsOfTheirRecords() throws InterruptedException {
        PipelineController controller = done(windowed(
                        Session.withGap(Duration.ofSeconds(10)),
                        List.of(List.of(at(1), at(5), at(40), at(3), at(41)), List.of(at(6))))
                .explained());
        WindowExplanation first = controller.explain("counts", "s-1", new Window(SECOND, 16 * SECOND));
        assertThat(first.inputs())
                .containsExactly(
                        new Input("readings-0", "list", 0, 0, 1, 2, 0, EventTime.MIN),
                        new Input("readings-1", "list", 1, 0, 0, 1, 0, EventTime.MIN));
        assertThat(first.late()).containsExactly(new Input("readings-0", "list", 0, 3, 3, 1, 0, 40 * SECOND));
        assertThat(controller.explanations().latest("counts", "s-1", null, 10))
                .extracting(WindowExplanation::records)
                .containsExactly(2L, 3L);
    }

    @Test
    void nameTheStepThatResultsCameFrom() throws InterruptedException {
        Pipeline pipeline = minutes(at(1), at(61))
                .aggregate(Aggregations.count())
                .named("counts")
                .values()
                .keyBy(Windowed::key)
                .window(Tumbling.of(Duration.ofMinutes(2)))
                .explained()
                .aggregate(Aggregations.count())
                .named("pairs")
                .to(Sinks.calling("nowhere", (time, value) -> {}));
        WindowExplanation explanation = done(pipeline).explain("pairs", "s-1", new Window(0, 120 * SECOND));
        assertThat(explanation.toString())
                .contains("results of stage", ": 2 results\n", "note: results of steps before");
    }

    @Test
    void showKeysOfStrangersOnOneLine() throws InterruptedException {
        PipelineController controller = done(
                minutes(new Reading("a\n  made from: 9\u001b[2J", 1, false)).explained());
        assertThat(controller
                        .explanations()
                        .explainText("counts", "a\n  made from: 9\u001b[2J", FIRST_MINUTE)
                        .toString())
                .contains("of a\\n  made from: 9\\u001b[2J, step")
                .contains("made from: 1\n");
    }

    @Test
    void sayThatTheTestForFilledRecordsFails() throws InterruptedException {
        WindowExplanation explanation = done(minutes(at(1)).explained(10, reading -> {
                    throw new IllegalStateException("no idea");
                }))
                .explain("counts", "s-1", FIRST_MINUTE);
        assertThat(explanation.records()).isEqualTo(1);
        assertThat(explanation.notes())
                .containsExactly("the test for records that were filled in has failed:"
                        + " java.lang.IllegalStateException: no idea");
    }

    @Test
    void areRefusedForStepsThatAreNotExplained() throws InterruptedException {
        PipelineController controller = done(minutes(at(1)));
        assertThatThrownBy(() -> controller.explain("counts", "s-1", FIRST_MINUTE))
                .hasMessage("step: \"counts\" (expected: one that is explained(), of [])");
    }

    @Test
    void areRefusedForWindowsThatCannotBeExplained() {
        assertThatThrownBy(
                        () -> windowed(Counted.of(3), List.of(List.of(at(1)))).explained())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: tumbling, sliding, calendar or session windows)");
        assertThatThrownBy(() -> minutes(at(1)).explained(0))
                .hasMessage("explained windows: 0 (expected: from 1 to 10000000)");
    }
}
