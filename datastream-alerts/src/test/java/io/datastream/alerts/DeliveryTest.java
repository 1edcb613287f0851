package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.alert.AlertState;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import io.datastream.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final Collector channel = new Collector();

    private Alerting alerting() {
        return Alerting.withRules(List.of())
                .deliverTo(channel)
                .withQueueIn(folder)
                .withPauses(Duration.ofMillis(1), Duration.ofMillis(5));
    }

    @Test
    void triesAgainUntilTheChannelIsBackAndKeepsTheOrder() throws IOException {
        channel.awayFor(4);
        try (AlertManager manager = alerting().start()) {
            manager.accept(Notices.raised("a"));
            manager.accept(Notices.raised("b"));
            manager.accept(Notices.alert("a", 1, AlertState.CLEARED));
            Await.until("3 notices", LIMIT, () -> channel.taken.size() == 3);
            assertThat(channel.series()).containsExactly("a RAISED", "b RAISED", "a CLEARED");
            Await.until("the status", LIMIT, () -> manager.channels().get(0).delivered() == 3);
            assertThat(manager.channels().get(0).lastError()).isNull();
        }
        assertThat(channel.tries).hasValue(7);
    }

    @Test
    void deliversAfterANewStartWhatWasLeft() throws IOException {
        channel.awayFor(Integer.MAX_VALUE / 2);
        try (AlertManager manager = alerting().start()) {
            manager.accept(Notices.raised("a"));
            manager.accept(Notices.raised("b"));
            Await.until("tries", LIMIT, () -> channel.tries.get() > 2);
            Await.until(
                    "the error",
                    LIMIT,
                    () -> "away".equals(manager.channels().get(0).lastError()));
            assertThat(manager.channels().get(0).waiting()).isEqualTo(2);
        }
        assertThat(channel.taken).isEmpty();
        channel.awayFor(0);
        try (AlertManager manager = alerting().start()) {
            manager.accept(Notices.raised("c"));
            Await.until("3 notices", LIMIT, () -> channel.taken.size() == 3);
            Await.until("the status", LIMIT, () -> manager.channels().get(0).waiting() == 0);
        }
        try (AlertManager manager = alerting().start()) {
            assertThat(manager.channels().get(0).waiting()).isZero();
        }
        assertThat(channel.taken)
                .extracting(Notice::id)
                .containsExactly(
                        Notices.raised("a").id(),
                        Notices.raised("b").id(),
                        Notices.raised("c").id());
    }

    @Test
    void saysThatItsFolderCannotBeUsed() throws IOException {
        Path file = Files.createFile(folder.resolve("a file"));
        assertThatThrownBy(() -> Alerting.withRules(List.of())
                        .deliverTo(LogChannel.create())
                        .withQueueIn(file)
                        .start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the queue in " + file + " cannot be used: ")
                .hasMessageEndingWith("(expected: a folder that this program may write to)");
    }

    @Test
    void givesUpWhatIsRefusedAndGoesOn() throws IOException {
        channel.script = notice -> {
            if (notice.headline().contains("bad")) {
                throw DeliveryException.fatal("no such address", null);
            }
            if (notice.headline().contains("worse")) {
                throw new IllegalStateException("a defect");
            }
        };
        try (AlertManager manager = alerting().start()) {
            manager.accept(Notices.raised("bad"));
            manager.accept(Notices.raised("worse"));
            Await.until("both given up", LIMIT, () -> manager.channels().get(0).lost() == 2);
            assertThat(manager.channels().get(0).lastError()).contains("a defect");
            manager.accept(Notices.raised("good"));
            Await.until("the good one", LIMIT, () -> channel.taken.size() == 1);
        }
        assertThat(channel.series()).containsExactly("good RAISED");
    }

    @Test
    void neverWaitsForAChannelAndKeepsNoMoreThanItMay() throws IOException {
        CountDownLatch open = new CountDownLatch(1);
        channel.script = notice -> open.await();
        try (AlertManager manager = alerting().withMostWaiting(2).start()) {
            manager.accept(Notices.raised("a"));
            manager.accept(Notices.raised("b"));
            manager.accept(Notices.raised("c"));
            assertThat(manager.channels().get(0).lost()).isEqualTo(1);
            assertThat(manager.channels().get(0).lastError()).isEqualTo("2 notices wait already");
            assertThat(manager.active()).hasSize(3);
            open.countDown();
            Await.until("2 notices", LIMIT, () -> channel.taken.size() == 2);
        }
        assertThat(channel.series()).containsExactly("a RAISED", "b RAISED");
    }

    @Test
    void takesAnInterruptedDeliveryForUndelivered() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        channel.script = notice -> never.await();
        try (AlertManager manager = alerting().start()) {
            manager.accept(Notices.raised("a"));
            Await.until("a try", LIMIT, () -> channel.tries.get() == 1);
        }
        channel.script = notice -> {};
        try (AlertManager manager = alerting().start()) {
            Await.until("the notice", LIMIT, () -> channel.taken.size() == 1);
            assertThat(manager.channels().get(0).lost()).isZero();
        }
    }

    @Test
    void survivesAnInterruptedPipelineThread() throws IOException {
        try (AlertManager manager = alerting().start()) {
            Thread.currentThread().interrupt();
            manager.accept(Notices.raised("a"));
            assertThat(Thread.interrupted()).isTrue();
            manager.accept(Notices.raised("b"));
            Await.until("2 notices", LIMIT, () -> channel.taken.size() == 2);
        }
    }

    @Test
    void deliversTheSameAlertOnce() throws IOException {
        try (AlertManager manager = alerting().start()) {
            manager.accept(Notices.raised("a"));
            manager.accept(Notices.raised("a"));
            manager.accept(Notices.alert("a", 1, AlertState.CLEARED));
            manager.accept(Notices.raised("a"));
            manager.accept(Notices.alert("a", 1, AlertState.CLEARED));
            manager.accept(Notices.raised("end"));
            Await.until("the end", LIMIT, () -> channel.series().contains("end RAISED"));
            assertThat(channel.series()).containsExactly("a RAISED", "a CLEARED", "end RAISED");
        }
    }

    @Test
    void keepsANoticeWhileItsChannelLacksMemoryOrALibrary() throws IOException {
        channel.script = notice -> {
            if (channel.tries.get() < 3) {
                throw new NoClassDefFoundError("of a test");
            }
        };
        try (AlertManager manager = alerting().start()) {
            manager.accept(Notices.raised("a"));
            Await.until("the notice", LIMIT, () -> channel.taken.size() == 1);
        }
    }

    @Test
    void deliversEachNoticeOnceWhileTheDiskIsFull() throws IOException {
        FullDisk disk = new FullDisk();
        try (Outbox outbox = new Outbox(
                channel,
                QueueFile.open(folder.resolve("a.queue"), disk),
                new Outbox.Bounds(10, Duration.ofMillis(1), Duration.ofMillis(1)))) {
            outbox.add(Notices.notice("a"));
            outbox.add(Notices.notice("b"));
            disk.isFull = true;
            outbox.add(Notices.notice("c"));
            assertThat(outbox.status().lastError()).contains("the queue cannot be written", "No space left");
            outbox.start();
            Await.until("all", LIMIT, () -> outbox.status().delivered() == 3);
            assertThat(outbox.status().lost()).isZero();
        }
        assertThat(channel.series()).containsExactly("a RAISED", "b RAISED", "c RAISED");
    }
}
