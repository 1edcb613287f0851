package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alert.Notice;
import io.datastream.alert.Severity;
import io.datastream.testkit.Await;
import io.datastream.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final ManualClock clock = ManualClock.at("2026-01-01T00:00:00Z");
    private final Collector channel = new Collector();

    private Alerting alerting(Route route) {
        return Alerting.withRules(List.of())
                .deliverTo(channel, route)
                .withClock(clock)
                .every(Duration.ofHours(1)); // the tests evaluate themselves
    }

    private static Alert alert(
            String rule, String pipeline, String series, int number, AlertState state, Severity how) {
        Instant since = Instant.parse("2025-12-31T12:00:00Z");
        return new Alert(
                rule,
                pipeline,
                series,
                how,
                state,
                since,
                since.plusSeconds(number),
                null,
                null,
                "What.",
                "Why.",
                "Where.",
                Alert.episodeOf(pipeline, rule, series, since),
                number);
    }

    private static Alert raised(String rule, String pipeline, String series) {
        return alert(rule, pipeline, series, 0, AlertState.RAISED, Severity.WARNING);
    }

    /** Waits for a notice that is given out behind all others. */
    private void awaitEnd(AlertManager manager, Alert end) {
        manager.accept(end);
        Await.until("the end", LIMIT, () -> channel.series().contains("end RAISED"));
    }

    @Test
    void tellsOnlyOfItsRulesAndPipelines() throws IOException {
        Route route = Route.all().ofRules(Set.of("a", "b")).ofPipelines(Set.of("p"));
        try (AlertManager manager = alerting(route).start()) {
            manager.accept(raised("a", "p", "yes"));
            manager.accept(raised("c", "p", "no"));
            manager.accept(raised("a", "q", "no"));
            awaitEnd(manager, raised("b", "p", "end"));
        }
        assertThat(channel.series()).containsExactly("yes RAISED", "end RAISED");
    }

    @Test
    void tellsOfAnEpisodeThatBecomesSevereAndOfItsEnd() throws IOException {
        try (AlertManager manager =
                alerting(Route.all().atLeast(Severity.CRITICAL)).start()) {
            manager.accept(alert("a", "p", "grows", 0, AlertState.RAISED, Severity.WARNING));
            manager.accept(alert("a", "p", "mild", 0, AlertState.RAISED, Severity.WARNING));
            manager.accept(alert("a", "p", "grows", 1, AlertState.WORSENED, Severity.CRITICAL));
            manager.accept(alert("a", "p", "mild", 1, AlertState.CLEARED, Severity.WARNING));
            manager.accept(alert("a", "p", "grows", 2, AlertState.CLEARED, Severity.CRITICAL));
            awaitEnd(manager, alert("a", "p", "end", 0, AlertState.RAISED, Severity.CRITICAL));
        }
        assertThat(channel.series()).containsExactly("grows WORSENED", "grows CLEARED", "end RAISED");
    }

    @Test
    void escalatesWhatGoesOnAfterATimeOfTheClock() throws IOException {
        Collector atOnce = new Collector("at-once");
        Alerting alerting = alerting(Route.all().after(Duration.ofMinutes(15))).deliverTo(atOnce);
        try (AlertManager manager = alerting.start()) {
            manager.accept(raised("a", "p", "stays"));
            manager.accept(raised("a", "p", "passes"));
            clock.advance(Duration.ofMinutes(14));
            manager.evaluate();
            manager.accept(alert("a", "p", "stays", 1, AlertState.HELD, Severity.WARNING)); // which begins nothing anew
            manager.accept(alert("a", "p", "passes", 1, AlertState.CLEARED, Severity.WARNING));
            manager.accept(raised("a", "p", "end"));
            clock.advance(Duration.ofMinutes(1));
            manager.evaluate();
            Await.until("the one that stays", LIMIT, () -> channel.series().contains("stays HELD"));
            clock.advance(Duration.ofMinutes(14));
            manager.evaluate();
            Await.until("the end", LIMIT, () -> channel.series().contains("end RAISED"));
            manager.accept(alert("a", "p", "stays", 2, AlertState.CLEARED, Severity.WARNING));
            Await.until("its end", LIMIT, () -> channel.series().contains("stays CLEARED"));
            Await.until("all", LIMIT, () -> atOnce.series().size() == 6);
        }
        assertThat(channel.series()).containsExactly("stays HELD", "end RAISED", "stays CLEARED");
    }

    @Test
    void tellsTheEndOfAnEpisodeThatWasToldBeforeTheProgramWasStarted() throws IOException {
        try (AlertManager manager =
                alerting(Route.all().after(Duration.ofMinutes(15))).start()) {
            manager.accept(alert("a", "p", "long", 900, AlertState.CLEARED, Severity.WARNING));
            manager.accept(alert("a", "p", "short", 899, AlertState.CLEARED, Severity.WARNING));
            manager.accept(raised("a", "p", "end"));
            clock.advance(Duration.ofMinutes(15));
            manager.evaluate();
            Await.until("the end", LIMIT, () -> channel.series().contains("end RAISED"));
        }
        assertThat(channel.series()).containsExactly("long CLEARED", "end RAISED");
    }

    @Test
    void asksOnceForEachAlertWhenManyComeAtOnce() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Alerting alerting = alerting(Route.all()).silencing(alert -> asked.incrementAndGet() > 0, now -> true);
        try (AlertManager manager = alerting.start()) {
            for (int i = 0; i < 100; i++) {
                manager.accept(raised("a", "p", "s" + i));
            }
            assertThat(asked).hasValue(100);
        }
    }

    @Test
    void keepsQuietInWindowsAndTellsAfterwardsOfWhatGoesOn() throws IOException {
        Instant end = clock.now().plusSeconds(60);
        Alerting alerting =
                alerting(Route.all()).silencing(alert -> alert.rule().equals("a"), now -> now.isBefore(end));
        try (AlertManager manager = alerting.start()) {
            manager.accept(raised("a", "p", "stays"));
            manager.accept(raised("b", "p", "other"));
            Await.until("the other", LIMIT, () -> channel.series().equals(List.of("other RAISED")));
            clock.advance(Duration.ofSeconds(60));
            manager.evaluate();
            Await.until("both", LIMIT, () -> channel.series().equals(List.of("other RAISED", "stays RAISED")));
        }
    }

    @Test
    void putsWhatWaitsIntoOneNoticeThatStaysTheSameWhenItIsTriedAgain() throws IOException {
        CountDownLatch open = new CountDownLatch(1);
        channel.script = notice -> open.await();
        Alerting alerting = alerting(Route.all().together(Duration.ofMillis(1)))
                .withQueueIn(folder)
                .withPauses(Duration.ofMillis(1), Duration.ofMillis(5));
        try (AlertManager manager = alerting.start()) {
            manager.accept(raised("a", "p", "first"));
            Await.until("a try", LIMIT, () -> channel.tries.get() == 1);
            manager.accept(raised("a", "p", "second"));
            manager.accept(raised("b", "q", "third"));
            channel.awayFor(Integer.MAX_VALUE / 2);
            open.countDown();
            Await.until("tries of the two", LIMIT, () -> channel.tries.get() > 3);
        }
        String id = Notice.of(List.of(raised("a", "p", "second"), raised("b", "q", "third")))
                .id();
        assertThat(channel.taken).hasSize(1);
        channel.awayFor(0);
        try (AlertManager manager = alerting.start()) {
            awaitEnd(manager, raised("b", "q", "end"));
        }
        assertThat(channel.taken).hasSize(3);
        assertThat(channel.taken.get(1).id()).isEqualTo(id);
        assertThat(channel.taken.get(1).alerts()).hasSize(2);
    }

    @Test
    void gathersInMemoryAsWell() throws IOException {
        CountDownLatch open = new CountDownLatch(1);
        channel.script = notice -> open.await();
        try (AlertManager manager =
                alerting(Route.all().together(Duration.ofMillis(1))).start()) {
            manager.accept(raised("a", "p", "first"));
            Await.until("a try", LIMIT, () -> channel.tries.get() == 1);
            for (int i = 0; i <= Outbox.MOST_GATHERED; i++) {
                manager.accept(raised("a", "p", "s" + i));
            }
            open.countDown();
            Await.until("three", LIMIT, () -> channel.taken.size() == 3);
            Await.until("the status", LIMIT, () -> manager.channels().get(0).waiting() == 0);
        }
        assertThat(channel.taken)
                .extracting(notice -> notice.alerts().size())
                .containsExactly(1, Outbox.MOST_GATHERED, 1);
    }

    @Test
    void waitsForWhatComesWithinTheTime() throws IOException {
        try (AlertManager manager =
                alerting(Route.all().together(Duration.ofMillis(500))).start()) {
            manager.accept(raised("a", "p", "first"));
            manager.accept(raised("b", "q", "second"));
            Await.until("both", LIMIT, () -> channel.series().size() == 2);
        }
        assertThat(channel.taken).hasSize(1);
    }

    @Test
    void refusesTimesThatAreNone() {
        assertThatThrownBy(() -> Route.all().after(Duration.ofMillis(-1)))
                .hasMessage("after: PT-0.001S (expected: not negative)");
        assertThatThrownBy(() -> Route.all().together(Duration.ofDays(2)))
                .hasMessage("together: PT48H (expected: at most a day)");
    }
}
