package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Late;
import io.datastream.error.PipelineException;
import io.datastream.error.SourcePlace;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.processor.StateCodec;
import io.datastream.time.EventTime;
import io.datastream.time.Session;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the tasks do with records that fail, come too late or have impossible times. */
class TaskRulesTest {
    private static final Tumbling TENS = Tumbling.of(Duration.ofNanos(10));

    private record Item(String key, long time, double value) {}

    private final TestSource<Item> source = TestSource.named("items");
    private final TestSink<Object> out = TestSink.named("out");
    private final TestSink<DeadLetter> dead = TestSink.named("dead");

    private Stream<Item> items(long disorder) {
        return Pipeline.from(source.eventTimeNanos(Item::time).disorderUpTo(Duration.ofNanos(disorder)));
    }

    private static Item at(long time) {
        return new Item("a", time, 1);
    }

    private static double positive(Item item) {
        if (item.value() < 0) {
            throw new IllegalArgumentException("value: " + item.value() + " (expected: not negative)");
        }
        return item.value();
    }

    private static Item bad(long time) {
        return new Item("a", time, -1);
    }

    @Test
    void aFailingStepStopsThePipelineWithThePlaceOfTheRecord() {
        Pipeline pipeline = items(0).map(TaskRulesTest::positive).named("check").to(out);
        try (PipelineDriver driver = PipelineDriver.of(pipeline).withPartitions("items", 2)) {
            driver.push("items", 1, at(1));
            assertThatThrownBy(() -> driver.push("items", 1, bad(2)))
                    .isInstanceOf(PipelineException.class)
                    .hasMessage("items-1@1: step \"check\": java.lang.IllegalArgumentException: value: -1.0 (expected:"
                            + " not negative)");
        }
    }

    @Test
    void aSkippedRecordIsCounted() {
        Pipeline pipeline = items(0).map(TaskRulesTest::positive)
                .named("check")
                .onError(ErrorPolicy.skip())
                .to(out);
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("items", bad(1));
            driver.push("items", at(2));
            assertThat(driver.values(out)).containsExactly(1.0);
            assertThat(driver.skipped("check")).isEqualTo(1);
        }
    }

    @Test
    void aDeadLetterSaysWhatFailedWhereAndHowOften() {
        Pipeline pipeline = items(0).map(TaskRulesTest::positive)
                .named("check")
                .onError(ErrorPolicy.retry(2, Duration.ofMillis(5)).then(ErrorPolicy.Action.DEAD_LETTER))
                .to(out)
                .deadLettersTo(dead)
                .named("lines");
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("items", at(1));
            driver.push("items", bad(7));
            assertThat(driver.deadLetters())
                    .containsExactly(new DeadLetter(
                            "lines",
                            "check",
                            "items-0@1",
                            7,
                            "java.lang.IllegalArgumentException",
                            "value: -1.0 (expected: not negative)",
                            3,
                            "Item[key=a, time=7, value=-1.0]",
                            new SourcePlace("items", 0, 1),
                            null));
            assertThat(driver.backOffs()).containsExactly(Duration.ofMillis(5), Duration.ofMillis(10));
        }
    }

    @Test
    void anAggregationThatFailsLeavesTheOtherRecordsOfTheWindow() {
        Pipeline pipeline = items(0).keyBy(Item::key)
                .window(TENS)
                .aggregate(Aggregations.sum(TaskRulesTest::positive))
                .onError(ErrorPolicy.deadLetter())
                .to(out)
                .deadLettersTo(dead);
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("items", bad(1));
            driver.push("items", at(2));
            driver.push("items", bad(3));
            driver.push("items", new Item("b", 4, -1));
            driver.endOfInput();
            assertThat(driver.results(out)).hasSize(1);
            assertThat(((Windowed<?, ?>) driver.values(out).get(0)).value()).isEqualTo(1.0);
            assertThat(driver.deadLetters())
                    .extracting(DeadLetter::place)
                    .containsExactly("items-0@0", "items-0@2", "items-0@3");
        }
    }

    /** Gives out each value twice, and fails in between if it is negative. */
    private static final class Twice implements KeyedProcessor<String, Item, long[], Double> {
        private static final long serialVersionUID = 1L;

        @Override
        public long[] newState(String key) {
            return new long[1];
        }

        @Override
        public void process(String key, long time, Item item, long[] state, Emitter<Double> out) {
            out.emit(item.value());
            out.emit(positive(item));
        }

        @Override
        public StateCodec<long[]> stateCodec() {
            return StateCodec.of((state, out) -> out.writeLong(state[0]), in -> new long[] {in.readLong()});
        }
    }

    @Test
    void aRecordThatFailsLeavesNothingOfWhatWasGivenOutForIt() {
        Pipeline pipeline = items(0).keyBy(Item::key)
                .process(new Twice())
                .named("twice")
                .onError(ErrorPolicy.skip())
                .to(out);
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("items", bad(1));
            driver.push("items", at(2));
            driver.endOfInput();
            assertThat(driver.values(out)).containsExactly(1.0, 1.0);
            assertThat(driver.skipped("twice")).isEqualTo(1);
        }
    }

    @Test
    void aRecordThatTheWindowStillTakesIsNotLate() {
        SideOutput<Late<Item>> late = SideOutput.named("late");
        TestSink<Late<Item>> lates = TestSink.named("lates");
        KeyedStream<String, Windowed<String, Long>> counts =
                items(5).keyBy(Item::key).window(TENS).withLate(late).aggregate(Aggregations.count());
        Pipeline pipeline = counts.to(out).and(counts.side(late).to(lates));
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("items", at(14)); // watermark 9
            driver.push("items", at(2));
            assertThat(driver.values(lates)).isEmpty();
            driver.push("items", at(15)); // watermark 10
            driver.push("items", at(9));
            assertThat(driver.values(lates))
                    .containsExactly(new Late<>(
                            "pipeline",
                            "tumbling-PT0.00000001S-count",
                            "items-0@3",
                            9,
                            10,
                            at(9),
                            new SourcePlace("items", 0, 3),
                            null));
            assertThat(driver.lates()).isEmpty();
            assertThat(((Windowed<?, ?>) driver.values(out).get(0)).value()).isEqualTo(1L);
        }
    }

    @Test
    void lateRecordsKeepTheirOwnWatermarkAcrossAnExchange() {
        SideOutput<Late<Item>> late = SideOutput.named("late");
        KeyedStream<String, Windowed<String, Long>> counts =
                items(0).keyBy(Item::key).window(TENS).withLate(late).aggregate(Aggregations.count());
        Pipeline pipeline = counts.to(TestSink.named("counts"))
                .and(counts.side(late)
                        .keyBy(each -> each.value().key())
                        .window(Tumbling.of(Duration.ofNanos(100)))
                        .aggregate(Aggregations.count())
                        .named("late-counts")
                        .to(out));
        for (boolean slowFirst : new boolean[] {true, false}) {
            try (PipelineDriver driver = PipelineDriver.of(pipeline).withPartitions("items", 2)) {
                if (slowFirst) {
                    driver.push("items", 1, at(500));
                }
                driver.push("items", 0, at(150)); // watermark 150
                driver.push("items", 0, at(120)); // late, and the 100s are still open
                driver.push("items", 0, at(90)); // late for those windows, too
                driver.endOfInput();
                assertThat(driver.values(out))
                        .extracting(each -> (Object) ((Windowed<?, ?>) each).value())
                        .containsExactly(1L);
                assertThat(driver.lates()).extracting(Late::step).containsExactly("late-counts");
            }
        }
    }

    @Test
    void aRecordTooFarAheadDoesNotMoveTheWatermark() {
        Pipeline pipeline = Pipeline.from(source.eventTimeNanos(Item::time)
                        .maxFuture(Duration.ofNanos(100))
                        .onError(ErrorPolicy.deadLetter()))
                .keyBy(Item::key)
                .window(TENS)
                .aggregate(Aggregations.count())
                .to(out)
                .deadLettersTo(dead);
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("items", 0, at(1), Instant.EPOCH);
            driver.push("items", 0, at(101), Instant.EPOCH);
            assertThat(driver.results(out)).isEmpty();
            assertThat(driver.deadLetters()).hasSize(1);
            driver.push("items", 0, at(100), Instant.EPOCH);
            assertThat(driver.results(out)).hasSize(1);
        }
    }

    @Test
    void timesOutsideTheRangeAreErrorsOfTheRecord() {
        record Dated(Instant time) {}
        TestSource<Dated> dated = TestSource.named("dated");
        Pipeline byInstant = Pipeline.from(dated.eventTime(Dated::time).onError(ErrorPolicy.deadLetter()))
                .to(out)
                .deadLettersTo(dead);
        try (PipelineDriver driver = PipelineDriver.of(byInstant)) {
            driver.push("dated", new Dated(Instant.parse("2500-01-01T00:00:00Z")));
            driver.push("dated", new Dated(Instant.parse("1500-01-01T00:00:00Z")));
            driver.push("dated", new Dated(Instant.parse("1969-12-31T23:59:59Z")));
            assertThat(driver.values(out)).hasSize(1);
            assertThat(driver.deadLetters())
                    .extracting(DeadLetter::message)
                    .satisfiesExactly(
                            first -> assertThat(first)
                                    .startsWith("event time: 2500-01-01T00:00:00Z (expected: from 1677-09-22"),
                            second -> assertThat(second).startsWith("event time: 1500-01-01T00:00:00Z"));
        }
        Pipeline byNanos = Pipeline.from(source.eventTimeNanos(Item::time).onError(ErrorPolicy.deadLetter()))
                .keyBy(Item::key)
                .window(Session.withGap(Duration.ofDays(100_000)))
                .aggregate(Aggregations.count())
                .to(out)
                .deadLettersTo(dead);
        try (PipelineDriver driver = PipelineDriver.of(byNanos)) {
            driver.push("items", at(EventTime.MAX));
            driver.push("items", at(EventTime.MAX - 1));
            driver.push("items", at(EventTime.MIN));
            assertThat(driver.deadLetters()).hasSize(3);
            driver.push("items", at(EventTime.LATEST));
            driver.endOfInput();
            assertThat(driver.results(out)).hasSize(1);
        }
    }

    /** Sets a timer at an offset from each record, and gives the state out when it fires. */
    private static final class Timed implements KeyedProcessor<String, Item, long[], Long> {
        private static final long serialVersionUID = 1L;
        private final long after;

        Timed(long after) {
            this.after = after;
        }

        @Override
        public long[] newState(String key) {
            return new long[1];
        }

        @Override
        public void process(String key, long time, Item item, long[] state, Emitter<Long> out) {
            state[0] = time;
        }

        @Override
        public long nextTimer(long[] state) {
            return state[0] == 0 ? NO_TIMER : after == END_OF_INPUT ? after : state[0] + after;
        }

        @Override
        public void onTimer(String key, long time, long[] state, Emitter<Long> out) {
            out.emit(state[0]);
            state[0] = 0;
        }

        @Override
        public StateCodec<long[]> stateCodec() {
            return StateCodec.of((state, out) -> out.writeLong(state[0]), in -> new long[] {in.readLong()});
        }
    }

    @Test
    void refusesATimerThatIsNotLaterThanItsRecord() {
        Pipeline pipeline =
                items(0).keyBy(Item::key).process(new Timed(0)).named("timed").to(out);
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("items", at(5));
            assertThatThrownBy(driver::endOfInput)
                    .hasMessage(
                            "step \"timed\": the next timer is set to 1970-01-01T00:00:00.000000005Z by the record of"
                                    + " 1970-01-01T00:00:00.000000005Z (expected: a later time, or NO_TIMER)");
        }
    }

    @Test
    void whatIsGivenOutAtTheEndIsTooLateForWindowsHoweverTheWatermarkMoved() {
        Pipeline pipeline = items(0).keyBy(Item::key)
                .process(new Timed(KeyedProcessor.END_OF_INPUT))
                .window(TENS)
                .aggregate(Aggregations.count())
                .to(out);
        for (boolean withAnother : new boolean[] {true, false}) {
            try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
                driver.push("items", at(5));
                if (withAnother) {
                    driver.push("items", new Item("b", 25, 1));
                }
                driver.endOfInput();
                assertThat(driver.results(out)).isEmpty();
                assertThat(driver.lates())
                        .extracting(late -> (Object) late.value())
                        .contains(5L);
            }
        }
    }

    @Test
    void aWindowAfterSessionsCountsThemOnceInTheWindowTheyEndIn() {
        TestSink<Windowed<String, Long>> sessions = TestSink.named("sessions");
        Pipeline pipeline = items(0).keyBy(Item::key)
                .window(Session.withGap(Duration.ofNanos(5)))
                .aggregate(Aggregations.count())
                .window(TENS)
                .aggregate(Aggregations.count())
                .to(sessions);
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            for (long time : List.of(5L, 11L, 12L)) {
                for (String key : List.of("a", "b")) {
                    driver.push("items", new Item(key, time, 1));
                }
            }
            driver.endOfInput();
            assertThat(driver.values(sessions))
                    .extracting(each -> each.key() + each.window().startNanos() + ":" + each.value())
                    .containsExactlyInAnyOrder("a0:1", "b0:1", "a10:1", "b10:1");
        }
    }
}
