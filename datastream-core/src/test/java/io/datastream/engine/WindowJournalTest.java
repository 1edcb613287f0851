package io.datastream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.datastream.Pipeline;
import io.datastream.WindowedStream;
import io.datastream.engine.JournalModel.Reading;
import io.datastream.engine.WindowJournal.Close;
import io.datastream.engine.WindowJournal.Finding;
import io.datastream.engine.WindowJournal.Outcome;
import io.datastream.engine.WindowJournal.Part;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Late;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Calendar;
import io.datastream.time.EventTime;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Window;
import io.datastream.time.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is remembered of windows, compared with a model that looks at all records again for each question. */
class WindowJournalTest {
    private static final int SEEDS = SeedCount.of(200);
    private static final long FIRST_SEED = Long.getLong("datastream.seed", 1);
    private static final long CLOCK = 77;

    private final List<String> results = new ArrayList<>();

    private static Plan plan(Windows windows, int remembered) {
        WindowedStream<String, Reading> windowed = Pipeline.from(ListSource.<Reading>partitioned(
                                List.of(List.<Reading>of(), List.<Reading>of(), List.<Reading>of()))
                        .eventTimeNanos(Reading::time))
                .keyBy(Reading::key)
                .window(windows);
        WindowedStream<String, Reading> chosen =
                remembered == 0 ? windowed : windowed.explained(remembered, Reading::isFilled);
        return chosen.aggregate(new JournalModel.Checked())
                .named("sums")
                .onError(ErrorPolicy.skip())
                .to(Sinks.<Object>calling("results", (time, value) -> {}))
                .plan();
    }

    private KeyedTask task(Plan plan) {
        Stage stage = plan.stages().get(1);
        return new KeyedTask(plan, stage, 0, new int[] {0, 1, 2}, new Into(), true);
    }

    private final class Into implements TaskOutput {
        @Override
        public ResultTarget openSink(SinkNode sink) {
            return (time, key, value) -> results.add(time + " " + value);
        }

        @Override
        public RowTarget openExchange(Stage target, int port) {
            throw new IllegalStateException("no stage follows");
        }

        @Override
        public void deadLetter(DeadLetter letter) {
            throw new IllegalStateException(letter.toString());
        }

        @Override
        public void late(Late<?> late) {}

        @Override
        public long clockNanos() {
            return CLOCK;
        }

        @Override
        public void backOff(Duration pause) {}
    }

    private static WindowJournal journal(KeyedTask task) {
        return task.journals().get(0);
    }

    private static void row(KeyedTask task, int origin, long offset, Reading reading) {
        task.row(0, origin, offset, reading.time(), EventTime.MIN, reading.key(), reading);
    }

    private static void advance(KeyedTask task, long... watermarks) {
        for (int origin = 0; origin < watermarks.length; origin++) {
            task.watermark(origin, watermarks[origin]);
        }
        task.advance();
    }

    private static Finding find(KeyedTask task, String key, long start, long end) {
        return journal(task).find(key::equals, new Window(start, end));
    }

    private static Reading reading(String key, long time) {
        return new Reading(key, time, 1, false);
    }

    private static String stateOf(KeyedTask task) {
        StringBuilder text = new StringBuilder();
        task.entries((step, key, part, value) -> text.append(step)
                .append(Arrays.toString(key))
                .append(part)
                .append(value == null ? "gone" : HexFormat.of().formatHex(value))
                .append('\n'));
        return text.toString();
    }

    @Test
    void saysWhatTheModelSaysOnEverySchedule() {
        long left = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int length = 1 + random.nextInt(6);
            Windows windows = switch (random.nextInt(3)) {
                case 0 -> Tumbling.of(Duration.ofNanos(length));
                case 1 -> Tumbling.of(Duration.ofNanos(length)).withEmpty();
                default -> Sliding.of(Duration.ofNanos(2 + random.nextInt(8))).every(Duration.ofNanos(length));
            };
            JournalModel model = new JournalModel(windows);
            results.clear();
            KeyedTask explained = task(plan(windows, 100_000));
            run(seed, explained, model);
            String state = stateOf(explained);
            List<String> withJournal = List.copyOf(results);
            results.clear();
            KeyedTask plain = task(plan(windows, 0));
            run(seed, plain, new JournalModel(windows));
            assertThat(withJournal).as("results of seed %d", seed).isEqualTo(results);
            assertThat(state).as("state of seed %d", seed).isEqualTo(stateOf(plain));
            assertThat(plain.journals()).isEmpty();
            for (JournalModel.Question question : model.questions()) {
                Finding finding = find(
                        explained,
                        question.key(),
                        question.window().startNanos(),
                        question.window().endNanos());
                assertThat(model.text(finding))
                        .as("seed %d, %s, %s", seed, windows, question)
                        .isEqualTo(model.answer(question));
                left += finding.late().size() + finding.failed().size();
            }
            for (String key : model.keys()) {
                assertThat(journal(explained).windows(key::equals, EventTime.MIN, EventTime.MAX, 1_000))
                        .as("seed %d, %s, windows of %s", seed, windows, key)
                        .isEqualTo(model.closed(key));
            }
        }
        assertThat(left).as("windows with records left out").isGreaterThan(SEEDS);
    }

    /** The same records, order and watermarks for the same seed. */
    private static void run(long seed, KeyedTask task, JournalModel model) {
        SplittableRandom random = new SplittableRandom(seed * 31);
        long[] highest = {EventTime.MIN, EventTime.MIN, EventTime.MIN};
        long[] offsets = new long[3];
        long disorder = random.nextInt(5);
        long now = 0;
        for (int i = random.nextInt(60); i >= 0; i--) {
            int origin = random.nextInt(3);
            now += random.nextInt(20) == 0 ? random.nextInt(20) : random.nextInt(2);
            Reading reading = new Reading(
                    "k" + random.nextInt(2),
                    Math.max(0, now - random.nextInt(8)),
                    random.nextInt(10) == 0 ? Double.NaN : random.nextInt(100),
                    random.nextInt(4) == 0);
            long watermark = EventTime.minus(highest[origin], disorder);
            long behind = reading.time() < watermark ? watermark : EventTime.MIN;
            offsets[origin] += 1 + random.nextInt(3);
            task.row(0, origin, offsets[origin], reading.time(), behind, reading.key(), reading);
            model.row(origin, offsets[origin], watermark, reading);
            highest[origin] = Math.max(highest[origin], reading.time());
            if (random.nextInt(3) == 0) {
                move(task, model, EventTime.minus(highest[origin], disorder), origin);
            }
            if (random.nextInt(3) == 0) {
                task.advance();
                model.advance();
            }
        }
        for (int origin = 0; origin < 3; origin++) {
            move(task, model, random.nextInt(4) == 0 ? now : EventTime.MAX, origin);
        }
        task.advance();
        model.advance();
    }

    private static void move(KeyedTask task, JournalModel model, long watermark, int origin) {
        task.watermark(origin, watermark);
        model.watermark(origin, watermark);
    }

    @Test
    void tellsWhatMadeAWindowAndWhatClosedIt() {
        KeyedTask task = task(plan(Tumbling.of(Duration.ofNanos(10)), 10));
        row(task, 0, 100, reading("a", 1));
        row(task, 0, 103, new Reading("a", 2, 1, true));
        row(task, 2, 7, reading("a", 3));
        row(task, 1, 5, reading("b", 3));
        advance(task, 10, 11, 12);
        Finding finding = find(task, "a", 0, 10);
        assertThat(finding.outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(finding.used()).containsExactly(new Part(0, 100, 103, 2, 1), new Part(2, 7, 7, 1, 0));
        assertThat(finding.close()).isEqualTo(new Close(10, 10, 0, false, CLOCK));
        assertThat(finding.isPartly() || finding.isRestored() || finding.mayMiss())
                .isFalse();
    }

    @Test
    void tellsThatTimeAndNotARecordMovedTheSlowest() {
        KeyedTask task = task(plan(Tumbling.of(Duration.ofNanos(10)), 10));
        row(task, 0, 1, reading("a", 1));
        task.watermark(1, 30);
        task.watermark(2, 30);
        task.watermark(0, 12, true);
        task.advance();
        assertThat(find(task, "a", 0, 10).close()).isEqualTo(new Close(10, 12, 0, true, CLOCK));
        assertThat(task.isMovedByIdleness()).isTrue();
    }

    @Test
    void theStageAfterLearnsOfIdlenessThoughThisOneIsNotExplained() {
        KeyedTask task = task(plan(Tumbling.of(Duration.ofNanos(10)), 0));
        task.watermark(1, 30);
        task.watermark(2, 30);
        task.watermark(0, 12, true);
        task.advance();
        assertThat(task.isMovedByIdleness()).isTrue();
        advance(task, 20);
        assertThat(task.isMovedByIdleness()).isFalse();
    }

    @Test
    void countsWhatCameTooLateAndWhatFailed() {
        KeyedTask task = task(plan(Tumbling.of(Duration.ofNanos(10)), 10));
        row(task, 0, 1, reading("a", 1));
        row(task, 0, 2, new Reading("a", 2, Double.NaN, false));
        advance(task, 10, 20, 20);
        row(task, 1, 8, reading("a", 3));
        row(task, 1, 9, reading("a", 4));
        row(task, 1, 10, reading("b", 4));
        Finding finding = find(task, "a", 0, 10);
        assertThat(finding.used()).containsExactly(new Part(0, 1, 1, 1, 0));
        assertThat(finding.failed()).containsExactly(new Part(0, 2, 2, 1, 0));
        assertThat(finding.late()).containsExactly(new Part(1, 8, 9, 2, 10));
        assertThat(find(task, "b", 0, 10).outcome()).isEqualTo(Outcome.NOTHING);
        assertThat(find(task, "b", 0, 10).late()).containsExactly(new Part(1, 10, 10, 1, 10));
    }

    @Test
    void tellsWhatAnOpenWindowWaitsFor() {
        KeyedTask task = task(plan(Tumbling.of(Duration.ofNanos(10)), 10));
        row(task, 0, 1, reading("a", 1));
        advance(task, 20, 9, 20);
        Finding finding = find(task, "a", 0, 10);
        assertThat(finding.outcome()).isEqualTo(Outcome.OPEN);
        assertThat(finding.used()).isEmpty();
        assertThat(finding.close()).isEqualTo(new Close(EventTime.MIN, 9, 1, false, CLOCK));
    }

    @Test
    void remembersTheLastWindowsAndSaysThatOthersAreForgotten() {
        KeyedTask task = task(plan(Tumbling.of(Duration.ofNanos(10)), 3));
        for (int window = 0; window < 5; window++) {
            row(task, 0, window, reading("a", 10L * window));
        }
        advance(task, 50, 50, 50);
        assertThat(find(task, "a", 10, 20).outcome()).isEqualTo(Outcome.FORGOTTEN);
        assertThat(find(task, "a", 20, 30).outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(journal(task).windows("a"::equals, EventTime.MIN, EventTime.MAX, 10))
                .containsExactly(new Window(40, 50), new Window(30, 40), new Window(20, 30));
        assertThat(journal(task).windows("a"::equals, 25, 25, 10)).containsExactly(new Window(20, 30));
        assertThat(journal(task).windows("a"::equals, EventTime.MIN, EventTime.MAX, 1))
                .containsExactly(new Window(40, 50));
    }

    @Test
    void findsAnOldWindowAmongVeryManyInOneLook() {
        int windows = 100_000;
        KeyedTask task = task(plan(Tumbling.of(Duration.ofNanos(10)), windows));
        for (int window = 0; window < windows; window++) {
            row(task, 0, window, reading("a", 10L * window));
            long end = 10L * window + 10;
            advance(task, end, end, end);
        }
        // the task waits meanwhile; a look at all windows for each window takes a minute
        assertTimeoutPreemptively(
                Duration.ofSeconds(3),
                () -> assertThat(journal(task).windows("a"::equals, 25, 25, 10)).containsExactly(new Window(20, 30)));
    }

    @Test
    void saysThatAWindowIsToldInPartOnly() {
        KeyedTask task = task(plan(Sliding.of(Duration.ofNanos(20)).every(Duration.ofNanos(10)), 2));
        for (int slice = 0; slice < 4; slice++) {
            row(task, 0, slice, reading("a", 10L * slice));
        }
        advance(task, 40, 40, 40);
        assertThat(find(task, "a", 10, 30).isPartly()).isTrue();
        assertThat(find(task, "a", 10, 30).used()).containsExactly(new Part(0, 2, 2, 1, 0));
        assertThat(find(task, "a", 20, 40).isPartly()).isFalse();
        assertThat(find(task, "a", 20, 40).used()).containsExactly(new Part(0, 2, 3, 2, 0));
    }

    @Test
    void saysThatRecordsCameBeforeARestart() {
        Plan plan = plan(Sliding.of(Duration.ofNanos(20)).every(Duration.ofNanos(10)), 10);
        KeyedTask before = task(plan);
        row(before, 0, 1, reading("a", 1));
        row(before, 0, 2, reading("a", 11));
        row(before, 0, 3, reading("a", 21));
        row(before, 0, 4, reading("b", 1));
        advance(before, 22, 22, 22);
        KeyedTask after = task(plan);
        before.entries((step, key, part, value) -> after.restore(step, key, part, value == null ? new byte[0] : value));
        after.restored(22, null);
        row(after, 1, 50, reading("a", 22));
        row(after, 1, 51, reading("b", 32));
        assertThat(find(after, "a", 0, 20).outcome()).isEqualTo(Outcome.FORGOTTEN);
        assertThat(find(after, "a", 10, 30).outcome()).isEqualTo(Outcome.OPEN);
        advance(after, 50, 50, 50);
        Finding finding = find(after, "a", 10, 30);
        assertThat(finding.outcome()).isEqualTo(Outcome.CLOSED);
        assertThat(finding.isRestored()).isTrue();
        assertThat(finding.used()).containsExactly(new Part(1, 50, 50, 1, 0));
        assertThat(find(after, "b", 30, 50).isRestored()).isFalse();
    }

    @Test
    void saysThatRecordsThatWereLeftOutBeforeARestartMayBeForgotten() {
        Plan plan = plan(Tumbling.of(Duration.ofNanos(10)), 10);
        KeyedTask before = task(plan);
        before.watermark(1, 50);
        before.row(0, 1, 7, 33, 50, "a", reading("a", 33)); // late by its own origin, which is ahead of the others
        before.advance();
        KeyedTask after = task(plan);
        before.entries((step, key, part, value) -> after.restore(step, key, part, value == null ? new byte[0] : value));
        after.restored(22, new long[] {22, 50, 22});
        row(after, 0, 1, reading("a", 34));
        row(after, 0, 2, reading("a", 55));
        advance(after, 60, 60, 60);
        assertThat(find(after, "a", 30, 40).used()).containsExactly(new Part(0, 1, 1, 1, 0));
        assertThat(find(after, "a", 30, 40).mayMiss()).isTrue();
        assertThat(find(after, "a", 50, 60).mayMiss())
                .as("a record of it that failed before")
                .isTrue();
        assertThat(find(after, "a", 60, 70).mayMiss()).isFalse();
    }

    @Test
    void tellsThatAnEmptyWindowWasGivenOut() {
        KeyedTask task = task(plan(Tumbling.of(Duration.ofNanos(10)).withEmpty(), 10));
        row(task, 0, 1, reading("a", 1));
        row(task, 0, 2, reading("a", 35));
        advance(task, 30, 30, 30);
        assertThat(find(task, "a", 10, 20).outcome()).isEqualTo(Outcome.NOTHING);
        advance(task, 40, 41, 42);
        assertThat(find(task, "a", 10, 20).outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(find(task, "a", 10, 20).close()).isEqualTo(new Close(40, 40, 0, false, CLOCK));
    }

    @Test
    void knowsDaysThatAreLongerThanOthers() {
        KeyedTask task = task(plan(Calendar.days(ZoneId.of("Europe/Berlin")), 10));
        long start = EventTime.nanos(Instant.parse("2026-10-24T22:00:00Z"));
        long end = EventTime.nanos(Instant.parse("2026-10-25T23:00:00Z")); // 25 hours later
        row(task, 0, 4, reading("a", end - 1));
        advance(task, end, end, end);
        assertThat(find(task, "a", start, end).used()).containsExactly(new Part(0, 4, 4, 1, 0));
        assertThat(journal(task).windows("a"::equals, start, start, 10)).containsExactly(new Window(start, end));
        assertThatThrownBy(() -> find(task, "a", start, end - 3_600_000_000_000L))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesSpansThatAreNoWindows() {
        KeyedTask task = task(plan(Sliding.of(Duration.ofNanos(20)).every(Duration.ofNanos(10)), 10));
        assertThatThrownBy(() -> find(task, "a", 10, 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as [1970-01-01T00:00:00.000000010Z, 1970-01-01T00:00:00.000000030Z)");
        assertThatThrownBy(() -> find(task, "a", 15, 35)).isInstanceOf(IllegalArgumentException.class);
    }
}
