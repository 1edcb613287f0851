package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alerts.MetricRule.Sample;
import io.datastream.codec.Codec;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.sink.Sinks;
import io.datastream.source.TopicSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.ManualClock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of the episodes of rules on pipelines when the program is started anew. */
class EpisodesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final ManualClock clock = ManualClock.at("2026-01-01T00:00:00Z");
    private final Collector channel = new Collector();
    private final LocalRuntime runtime = LocalRuntime.create();
    private final PipelineController pipeline =
            runtime.start(Pipeline.from(TopicSource.of("words", Codec.utf8()).logTime())
                    .to(Sinks.collectInto(new CopyOnWriteArrayList<>()))
                    .named("plant"));
    private double level = 95;

    @AfterEach
    void close() {
        pipeline.close();
    }

    private Alerting alerting() {
        MetricRule rule = MetricRule.of(
                AlertRule.above("level", Sample::value, 90)
                        .lasting(Duration.ofMinutes(1))
                        .withWorseAfter(Duration.ofHours(1)),
                (watched, status, now) -> List.of(new Sample("a", level)));
        return Alerting.withRules(List.of(rule))
                .deliverTo(channel)
                .withQueueIn(folder)
                .withClock(clock)
                .every(Duration.ofHours(1)); // the tests evaluate themselves
    }

    private void evaluateAfter(AlertManager manager, long seconds) {
        clock.advance(Duration.ofSeconds(seconds));
        manager.evaluate();
    }

    private AlertManager startedAndWatching() throws IOException {
        AlertManager manager = alerting().start();
        manager.watch(pipeline);
        return manager;
    }

    /** Raises an episode that goes on when the manager is closed. */
    private void raise() throws IOException {
        try (AlertManager manager = startedAndWatching()) {
            evaluateAfter(manager, 0);
            evaluateAfter(manager, 60);
            Await.until("a notice", LIMIT, () -> channel.taken.size() == 1);
        }
    }

    @Test
    void goOnAndAreNotRaisedAnew() throws IOException {
        raise();
        Alert raised = channel.taken.get(0).alerts().get(0);
        try (AlertManager manager = startedAndWatching()) {
            assertThat(manager.active()).containsExactly(raised);
            evaluateAfter(manager, 15);
            evaluateAfter(manager, 15);
            assertThat(manager.active()).containsExactly(raised);
            level = 10;
            evaluateAfter(manager, 15);
            Await.until("its end", LIMIT, () -> channel.series().size() == 2);
        }
        assertThat(channel.series()).containsExactly("a RAISED", "a CLEARED");
        Alert cleared = channel.taken.get(1).alerts().get(0);
        assertThat(cleared.episode()).isEqualTo(raised.episode());
        assertThat(cleared.since()).isEqualTo(raised.since());
        try (AlertManager manager = startedAndWatching()) {
            assertThat(manager.active()).isEmpty();
        }
    }

    @Test
    void worsenInTheirTimeAcrossTheRestart() throws IOException {
        raise();
        try (AlertManager manager = startedAndWatching()) {
            evaluateAfter(manager, 3_600);
            Await.until("the next", LIMIT, () -> channel.series().size() == 2);
        }
        assertThat(channel.series()).containsExactly("a RAISED", "a WORSENED");
        assertThat(channel.taken.get(1).alerts().get(0).number()).isEqualTo(1);
    }

    @Test
    void waitForTheirPipelineThroughSeveralStarts() throws IOException {
        raise();
        try (AlertManager manager = alerting().start()) {
            evaluateAfter(manager, 15);
            assertThat(manager.active()).isEmpty();
        }
        try (AlertManager manager = startedAndWatching()) {
            assertThat(manager.active()).hasSize(1);
        }
    }

    @Test
    void areToldAfterARestartIfTheyWereSilencedBefore() throws IOException {
        try (AlertManager manager = startedAndWatching()) {
            manager.maintain("plant", Duration.ofHours(1));
            evaluateAfter(manager, 0);
            evaluateAfter(manager, 60);
            assertThat(manager.active()).hasSize(1);
        }
        assertThat(channel.taken).isEmpty();
        try (AlertManager manager = startedAndWatching()) {
            evaluateAfter(manager, 15);
            Await.until("a notice", LIMIT, () -> channel.taken.size() == 1);
        }
        assertThat(channel.series()).containsExactly("a RAISED");
    }

    @Test
    void areRaisedAnewWhenTheFileIsDamaged() throws IOException {
        raise();
        Path file = folder.resolve("episodes.state");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        try (AlertManager manager = startedAndWatching()) {
            assertThat(manager.active()).isEmpty();
            evaluateAfter(manager, 15);
            evaluateAfter(manager, 60);
            Await.until("a notice", LIMIT, () -> channel.taken.size() == 2);
        }
        assertThat(channel.series()).containsExactly("a RAISED", "a RAISED");
    }

    @Test
    void areKnownAfterACrashAsSoonAsSomebodyWasTold() throws IOException {
        Path crashed = folder.resolveSibling(folder.getFileName() + "-crashed");
        channel.script = notice -> copy(folder, crashed);
        raise();
        channel.script = notice -> {};
        channel.taken.clear();
        level = 10;
        try (AlertManager manager = alerting().withQueueIn(crashed).start()) {
            manager.watch(pipeline);
            evaluateAfter(manager, 15);
            Await.until("its end", LIMIT, () -> channel.series().size() == 2);
        }
        assertThat(channel.series()).containsExactly("a RAISED", "a CLEARED"); // the first is the one of before
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to);
            for (String file : List.of("episodes.state", "list.queue")) { // what else is there is gone in a moment
                Files.copy(from.resolve(file), to.resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void areOfOneManagerOnly() throws IOException {
        Alerting without = Alerting.withRules(List.of()).withQueueIn(folder.resolve("new"));
        try (AlertManager manager = without.start()) {
            assertThatThrownBy(() -> without.deliverTo(channel).start())
                    .hasMessageEndingWith("episodes.state: in use by this program (expected: one user)");
        }
        without.start().close();
    }

    @Test
    void writeNothingWhileNothingChanges() throws IOException {
        raise();
        Path file = folder.resolve("episodes.state");
        try (AlertManager manager = startedAndWatching()) {
            Files.delete(file);
            evaluateAfter(manager, 15);
            assertThat(file).doesNotExist();
            level = 10;
            evaluateAfter(manager, 15);
            assertThat(file).exists();
        }
    }

    @Test
    void areNoneForAPipelineThatIsPausedAndNamesWhatItWaitsFor() {
        MetricRule heldUp = DefaultRules.heldUp();
        assertThat(samples(heldUp, PipelineState.RUNNING)).containsExactly(new Sample(null, 1));
        assertThat(samples(heldUp, PipelineState.PAUSED)).isEmpty();
        Alert cleared = Notices.alert("a", 1, AlertState.CLEARED);
        assertThat(heldUp.explained(cleared, status(PipelineState.PAUSED)).what())
                .isEqualTo("Pipeline plant is paused, on purpose.");
        assertThat(heldUp.explained(cleared, status(PipelineState.RUNNING)).what())
                .isEqualTo("Pipeline plant is not held up any more.");
    }

    private static PipelineStatus status(PipelineState state) {
        return new PipelineStatus("plant", state, List.of(), List.of(), List.of(), List.of("the sink"), 0, null);
    }

    private List<Sample> samples(MetricRule rule, PipelineState state) {
        return rule.read(pipeline, status(state), clock.now());
    }

    @Test
    void ofALagAndADelayEndWithAPauseAndBeginAnewAfterIt() throws IOException {
        Tags tags = Tags.of("pipeline", "plant", "partition", "words-0");
        Gauge.builder("datastream.lag", () -> 20_000).tags(tags).register(pipeline.meters());
        Gauge.builder("datastream.watermark.delay", () -> 900).tags(tags).register(pipeline.meters());
        Alerting alerting = Alerting.withRules(List.of(DefaultRules.lag(), DefaultRules.behind()))
                .deliverTo(channel)
                .withClock(clock)
                .every(Duration.ofHours(1));
        try (AlertManager manager = alerting.start()) {
            manager.watch(pipeline);
            pipeline.pause();
            Await.until("paused", LIMIT, () -> pipeline.state() == PipelineState.PAUSED);
            evaluateAfter(manager, 0);
            evaluateAfter(manager, 3_600);
            assertThat(manager.history()).isEmpty();
            pipeline.resume();
            Await.until("resumed", LIMIT, () -> pipeline.state() == PipelineState.RUNNING);
            evaluateAfter(manager, 0);
            evaluateAfter(manager, 299);
            assertThat(manager.history()).isEmpty();
            evaluateAfter(manager, 1);
            assertThat(manager.active()).extracting(Alert::rule).containsExactlyInAnyOrder("lag", "behind");
            pipeline.pause();
            Await.until("paused", LIMIT, () -> pipeline.state() == PipelineState.PAUSED);
            evaluateAfter(manager, 15);
            assertThat(manager.active()).isEmpty();
            assertThat(manager.history().subList(0, 2))
                    .extracting(Alert::what)
                    .containsOnly("Pipeline plant is paused, on purpose.");
        }
    }
}
