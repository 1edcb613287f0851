package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alert.Severity;
import io.datastream.alerts.MetricRule.Sample;
import io.datastream.codec.Codec;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.PipelineException;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.RestartPolicy;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.source.TopicSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.ManualClock;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertManagerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Codec<String> TEXT = Codec.utf8();

    private final ManualClock clock = ManualClock.at("2026-01-01T00:00:00Z");
    private final Map<String, Double> levels = new ConcurrentSkipListMap<>();
    private final Collector channel = new Collector();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final LocalRuntime runtime = LocalRuntime.create().withRestarts(RestartPolicy.never());

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private PipelineController pipeline() {
        PipelineController controller =
                runtime.start(Pipeline.from(TopicSource.of("words", TEXT).logTime())
                        .map(word -> Integer.parseInt(word))
                        .onError(ErrorPolicy.skip())
                        .to(Sinks.collectInto(new CopyOnWriteArrayList<>()))
                        .named("plant"));
        opened.add(controller);
        return controller;
    }

    private MetricRule levelAbove90() {
        return MetricRule.of(
                AlertRule.above("level", Sample::value, 90),
                (pipeline, status, now) -> levels.entrySet().stream()
                        .map(level -> new Sample(level.getKey(), level.getValue()))
                        .toList());
    }

    private AlertManager managerOf(MetricRule... rules) throws IOException {
        AlertManager manager = Alerting.withRules(List.of(rules))
                .deliverTo(channel)
                .withClock(clock)
                .every(Duration.ofHours(1)) // the tests evaluate themselves
                .start();
        opened.add(0, manager);
        return manager;
    }

    private void evaluateAfter(AlertManager manager, long seconds) {
        clock.advance(Duration.ofSeconds(seconds));
        manager.evaluate();
    }

    private static List<String> brief(List<Alert> alerts) {
        return alerts.stream()
                .map(alert -> alert.rule() + " " + alert.series() + " " + alert.state() + " " + alert.severity())
                .toList();
    }

    @Test
    void raisesHoldsAndClearsAnEpisodeOfASeries() throws IOException {
        AlertManager manager = managerOf(levelAbove90());
        manager.watch(pipeline());
        levels.putAll(Map.of("a", 95.0, "b", 10.0));
        evaluateAfter(manager, 15);
        evaluateAfter(manager, 15);
        assertThat(brief(manager.active())).containsExactly("level a RAISED WARNING");
        assertThat(manager.active().get(0).since()).isEqualTo("2026-01-01T00:00:15Z");
        levels.put("a", 80.0);
        evaluateAfter(manager, 15);
        assertThat(manager.active()).isEmpty();
        assertThat(brief(manager.history())).containsExactly("level a CLEARED WARNING", "level a RAISED WARNING");
        Await.until("both", LIMIT, () -> channel.taken.size() == 2);
    }

    @Test
    void goesOnWhileAClockThatWasAheadIsPutBack() {
        AtomicLong nanos = new AtomicLong();
        MetricRule rule = MetricRule.of(
                AlertRule.above("grown", Sample::value, 0).lasting(Duration.ofSeconds(30)),
                Readers.increase(
                        (pipeline, status, now) -> List.of(new Sample(null, levels.get("count"))),
                        Duration.ofMinutes(5)));
        AlertManager manager =
                new AlertManager(List.of(rule), List.of(), List.of(), null, clock, Duration.ofHours(1), nanos::get);
        opened.add(0, manager);
        manager.watch(pipeline());
        clock.advance(Duration.ofDays(1));
        levels.put("count", 1.0);
        manager.evaluate();
        clock.set(clock.instant().minus(Duration.ofDays(1)));
        levels.put("count", 2.0);
        List<Integer> active = new ArrayList<>();
        for (int look = 0; look < 6; look++) {
            clock.advance(Duration.ofSeconds(look < 4 ? 15 : 240));
            nanos.addAndGet(EventTime.nanos(Duration.ofSeconds(look < 4 ? 15 : 240)));
            manager.evaluate();
            active.add(manager.active().size());
        }
        assertThat(active).containsExactly(0, 0, 1, 1, 1, 0);
    }

    @Test
    void escalatesThoughAClockThatWasAheadIsPutBack() {
        AtomicLong nanos = new AtomicLong();
        Outbox outbox = new Outbox(channel, null, new Outbox.Bounds(10, Duration.ofMillis(1), Duration.ofMillis(1)));
        outbox.start();
        AlertManager manager = new AlertManager(
                List.of(levelAbove90()),
                List.of(new Target(outbox, Route.all().after(Duration.ofMinutes(1)))),
                List.of(),
                null,
                clock,
                Duration.ofHours(1),
                nanos::get);
        opened.add(0, manager);
        manager.watch(pipeline());
        clock.advance(Duration.ofDays(1));
        levels.put("a", 95.0);
        manager.evaluate();
        clock.set(clock.instant().minus(Duration.ofDays(1)));
        nanos.addAndGet(EventTime.nanos(Duration.ofMinutes(1)));
        manager.evaluate();
        Await.until("the escalation", LIMIT, () -> channel.taken.size() == 1);
    }

    @Test
    void tellsOfSeveralSeriesTogether() throws IOException {
        AlertManager manager = managerOf(levelAbove90());
        manager.watch(pipeline());
        for (int i = 0; i < 25; i++) {
            levels.put("s" + (10 + i), 95.0);
        }
        evaluateAfter(manager, 15);
        Await.until("2 notices", LIMIT, () -> channel.taken.size() == 2);
        assertThat(channel.taken).extracting(notice -> notice.alerts().size()).containsExactly(20, 5);
        assertThat(channel.taken.get(0).headline()).isEqualTo("WARNING raised: level of s10 in plant and 19 more");
    }

    @Test
    void clearsAnEpisodeWhoseSeriesIsGone() throws IOException {
        AlertManager manager = managerOf(levelAbove90());
        manager.watch(pipeline());
        levels.put("a", 95.0);
        evaluateAfter(manager, 15);
        levels.clear();
        evaluateAfter(manager, 15);
        assertThat(manager.history().get(0).state()).isEqualTo(AlertState.CLEARED);
        assertThat(manager.history().get(0).what()).isEqualTo("The value of a is not known any more.");
    }

    @Test
    void keepsQuietWhileSilencedAndTellsAfterwardsOfWhatGoesOn() throws IOException {
        AlertManager manager = managerOf(levelAbove90());
        manager.watch(pipeline());
        levels.put("told", 95.0);
        evaluateAfter(manager, 15);
        manager.maintain("plant", Duration.ofMinutes(10));
        levels.putAll(Map.of("passing", 95.0, "staying", 95.0, "told", 1.0));
        evaluateAfter(manager, 15);
        levels.put("passing", 1.0);
        evaluateAfter(manager, 15);
        assertThat(brief(manager.active())).containsExactly("level staying RAISED WARNING");
        evaluateAfter(manager, 600);
        evaluateAfter(manager, 15);
        Await.until("3 notices", LIMIT, () -> channel.taken.size() == 3);
        assertThat(channel.series()).containsExactly("told RAISED", "told CLEARED", "staying RAISED");
    }

    @Test
    void escalatesByTime() throws IOException {
        MetricRule rule = MetricRule.of(
                AlertRule.above("level", Sample::value, 90)
                        .lasting(Duration.ofMinutes(1))
                        .withWorseAfter(Duration.ofMinutes(5)),
                Readers.status(status -> 95));
        AlertManager manager = managerOf(rule);
        manager.watch(pipeline());
        evaluateAfter(manager, 0);
        evaluateAfter(manager, 59);
        assertThat(manager.active()).isEmpty();
        evaluateAfter(manager, 1);
        assertThat(brief(manager.active())).containsExactly("level null RAISED WARNING");
        evaluateAfter(manager, 240);
        assertThat(brief(manager.active())).containsExactly("level null WORSENED CRITICAL");
    }

    @Test
    void raisesOnlyWhatALookStillFinds() throws IOException {
        MetricRule rule = MetricRule.of(
                AlertRule.above("level", Sample::value, 90).lasting(Duration.ofMinutes(1)),
                (pipeline, status, now) -> levels.entrySet().stream()
                        .map(level -> new Sample(level.getKey(), level.getValue()))
                        .toList());
        AlertManager manager = managerOf(rule);
        manager.watch(pipeline());
        levels.putAll(Map.of("passes", 95.0, "stays", 95.0));
        evaluateAfter(manager, 0);
        levels.put("passes", 1.0);
        evaluateAfter(manager, 70);
        assertThat(brief(manager.history())).containsExactly("level stays RAISED WARNING");
        assertThat(manager.active().get(0).at()).isEqualTo("2026-01-01T00:01:00Z");
    }

    @Test
    void goesOnWhenOneRuleFails() throws IOException {
        MetricRule broken = MetricRule.of(AlertRule.above("broken", Sample::value, 1), (pipeline, status, now) -> {
            throw new IllegalStateException("a defect");
        });
        AlertManager manager = managerOf(broken, levelAbove90());
        manager.watch(pipeline());
        levels.put("a", 95.0);
        evaluateAfter(manager, 15);
        assertThat(brief(manager.active())).containsExactly("level a RAISED WARNING");
    }

    @Test
    void tellsAPipelineThatFailedAndWhyAndItsReturn() throws IOException {
        AlertManager manager = managerOf(DefaultRules.failed());
        runtime.topics().topic("bad").append(0, null, TEXT.encode("x"));
        PipelineController failing =
                runtime.start(Pipeline.from(TopicSource.of("bad", TEXT).logTime())
                        .map(word -> Integer.parseInt(word))
                        .to(Sinks.collectInto(new CopyOnWriteArrayList<>()))
                        .named("plant"));
        opened.add(failing);
        assertThatThrownBy(() -> failing.awaitTermination(LIMIT)).isInstanceOf(PipelineException.class);
        manager.watch(failing);
        evaluateAfter(manager, 15);
        Alert alert = manager.active().get(0);
        assertThat(alert.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(alert.what()).isEqualTo("Pipeline plant has failed.");
        assertThat(alert.why())
                .startsWith("A pipeline that has failed does not go on by itself. Its last error: ")
                .contains("bad-0@0");
        assertThat(alert.value()).isNull();
        manager.watch(pipeline());
        evaluateAfter(manager, 15);
        assertThat(manager.active()).isEmpty();
        assertThat(manager.history().get(0).what())
                .startsWith("Pipeline plant is ")
                .endsWith(" again.");
    }

    @Test
    void tellsOfRecordsThatFailedUntilNoMoreDo() throws IOException {
        AlertManager manager = managerOf(DefaultRules.failedRecords());
        PipelineController pipeline = pipeline();
        manager.watch(pipeline);
        evaluateAfter(manager, 15);
        runtime.topics().topic("words").append(0, null, TEXT.encode("no number"));
        Await.until(
                "a skipped record",
                LIMIT,
                () -> pipeline.status().steps().stream().anyMatch(step -> step.skipped() == 1));
        evaluateAfter(manager, 15);
        Alert alert = manager.active().get(0);
        assertThat(alert.what())
                .matches("The number of failed records in 5 minutes of step .* is 1, above the limit of 0\\.");
        assertThat(alert.why())
                .contains("Results lack the records that failed. Step ")
                .contains("words-0@0");
        evaluateAfter(manager, 301);
        assertThat(manager.active()).isEmpty();
    }

    @Test
    void raisesNothingByDefaultForAPipelineThatIsWell() throws IOException {
        AlertManager manager = managerOf(DefaultRules.all().toArray(MetricRule[]::new));
        PipelineController pipeline = pipeline();
        manager.watch(pipeline);
        runtime.publish("words", TEXT, List.of("1", "2"));
        Await.until("running", LIMIT, () -> pipeline.state() == PipelineState.RUNNING);
        for (int i = 0; i < 40; i++) {
            evaluateAfter(manager, 15);
        }
        assertThat(manager.history()).isEmpty();
    }

    @Test
    void letsAPipelineGoThatWasStopped() throws IOException {
        AlertManager manager = managerOf(levelAbove90());
        PipelineController pipeline = pipeline();
        manager.watch(pipeline);
        levels.put("a", 95.0);
        evaluateAfter(manager, 15);
        pipeline.stop();
        evaluateAfter(manager, 15);
        assertThat(manager.active()).isEmpty();
        levels.put("a", 99.0);
        evaluateAfter(manager, 15);
        assertThat(manager.history()).hasSize(2);
    }

    @Test
    void evaluatesByItself() throws IOException {
        AlertManager manager = Alerting.withRules(List.of(levelAbove90()))
                .deliverTo(channel)
                .every(Duration.ofMillis(5))
                .start();
        opened.add(0, manager);
        levels.put("a", 95.0);
        manager.watch(pipeline());
        Await.until("a notice", LIMIT, () -> channel.taken.size() == 1);
    }

    @Test
    void takesAlertsFromAPipeline() throws Exception {
        AlertManager manager = managerOf();
        PipelineController controller =
                runtime.start(Pipeline.from(ListSource.of(List.of(Reading.at(0, 95), Reading.at(1, 80)))
                                .eventTime(Reading::time))
                        .keyBy(Reading::sensor)
                        .process(AlertRule.above("too-hot", Reading::value, 90))
                        .to(Sinks.calling("alerts", (time, alert) -> manager.accept(alert)))
                        .named("plant"));
        opened.add(controller);
        controller.awaitTermination();
        Await.until("2 notices", LIMIT, () -> channel.taken.size() == 2);
        assertThat(channel.series()).containsExactly("a RAISED", "a CLEARED");
    }

    @Test
    void takesAlertsAndShowsTheBookWhileAStatusIsSlow() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch accepted = new CountDownLatch(1);
        AlertManager manager =
                managerOf(MetricRule.of(AlertRule.above("slow", Sample::value, 1), (pipeline, status, now) -> {
                    reading.countDown();
                    try {
                        boolean inTime = accepted.await(20, TimeUnit.SECONDS);
                        return List.of(new Sample(null, inTime ? 2 : 0));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
        manager.watch(pipeline());
        Thread evaluating = new Thread(manager::evaluate);
        evaluating.start();
        reading.await();
        manager.accept(Notices.raised("a"));
        assertThat(manager.active()).hasSize(1);
        accepted.countDown();
        evaluating.join();
        assertThat(brief(manager.active()))
                .containsExactlyInAnyOrder("too-hot a RAISED WARNING", "slow null RAISED WARNING");
    }

    @Test
    void tellsOfWhatASilenceCannotDecideOn() throws IOException {
        AlertManager manager = Alerting.withRules(List.of(levelAbove90()))
                .deliverTo(channel)
                .silencing(
                        alert -> {
                            throw new IllegalStateException("a defect");
                        },
                        now -> true)
                .withClock(clock)
                .every(Duration.ofHours(1))
                .start();
        opened.add(0, manager);
        manager.watch(pipeline());
        levels.put("a", 95.0);
        evaluateAfter(manager, 15);
        Await.until("a notice", LIMIT, () -> channel.taken.size() == 1);
    }

    @Test
    void looksAgainAfterALookThatFailed() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        MetricRule rule = MetricRule.of(AlertRule.above("level", Sample::value, 90), (pipeline, status, now) -> {
            if (looks.incrementAndGet() == 1) {
                throw new OutOfMemoryError("of a test");
            }
            return List.of(new Sample("a", 95));
        });
        AlertManager manager = Alerting.withRules(List.of(rule))
                .deliverTo(channel)
                .every(Duration.ofMillis(5))
                .start();
        opened.add(0, manager);
        manager.watch(pipeline());
        Await.until("a notice", LIMIT, () -> channel.taken.size() == 1);
    }

    @Test
    void tellsAfterASilenceThatAnEpisodeHasWorsened() throws IOException {
        AlertRule<Sample> rule = AlertRule.above("level", Sample::value, 90).withWorseLimit(97);
        AlertManager manager =
                managerOf(MetricRule.of(rule, (pipeline, status, now) -> List.of(new Sample("a", levels.get("a")))));
        manager.watch(pipeline());
        levels.put("a", 95.0);
        evaluateAfter(manager, 15);
        manager.maintain("plant", Duration.ofMinutes(10));
        levels.put("a", 99.0);
        evaluateAfter(manager, 15);
        levels.put("a", 95.0);
        evaluateAfter(manager, 585);
        evaluateAfter(manager, 15);
        Await.until("2 notices", LIMIT, () -> channel.taken.size() == 2);
        assertThat(channel.series()).containsExactly("a RAISED", "a WORSENED");
    }
}
