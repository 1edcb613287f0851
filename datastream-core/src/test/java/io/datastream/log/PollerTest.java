package io.datastream.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.log.Poller.Answer;
import io.datastream.log.Poller.Pace;
import io.datastream.log.Poller.Status;
import io.datastream.source.SourceReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PollerTest {
    private static final Pace FAST = new Pace(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(1));

    @TempDir
    Path folder;

    private final BlockingQueue<Callable<Answer>> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private PolledLog log;

    @BeforeEach
    void open() {
        log = PolledLog.open(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void asksByTheCursorOfTheAnswerBefore() throws Exception {
        try (Poller poller = start(FAST)) {
            answers.add(() -> answer("1", "one", "two"));
            answers.add(() -> answer("1"));
            answers.add(() -> answer("2", "three"));
            for (String cursor : List.of("none", "1", "1", "2")) {
                assertThat(asked.take()).isEqualTo(cursor);
            }
            assertThat(poller.status().records()).isEqualTo(3);
            assertThat(poller.status().lastAnswer()).isNotNull();
        }
        assertThat(kept()).containsExactly("one", "two", "three");
        assertThat(log.status().bytes())
                .as("an answer without anything new is not kept")
                .isLessThan(300);
    }

    @Test
    void asksAtOnceWhereThereIsMore() throws Exception {
        Pace slow = new Pace(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));
        try (Poller poller = start(slow)) {
            answers.add(() -> new Answer(List.of(record("one")), bytes("1"), true));
            answers.add(() -> answer("2", "two"));
            assertThat(List.of(asked.take(), asked.take())).containsExactly("none", "1");
            await(poller, status -> status.records() == 2);
        }
        assertThat(asked).as("the interval is a day").isEmpty();
    }

    @Test
    void asksAgainAfterFailuresOfAnyKind() throws Exception {
        try (Poller poller = start(FAST)) {
            answers.add(() -> {
                throw new IOException("gone\naway");
            });
            answers.add(() -> {
                throw new StackOverflowError();
            });
            answers.add(() -> {
                throw new InterruptedException("by a stranger");
            });
            for (int i = 0; i < 4; i++) {
                assertThat(asked.take()).isEqualTo("none");
            }
            assertThat(poller.status().failures()).isEqualTo(3);
            assertThat(poller.status().lastError()).isEqualTo("by a stranger");
            answers.add(() -> answer("1", "one"));
            await(poller, status -> status.records() == 1);
            assertThat(poller.status().failures()).isZero();
            assertThat(poller.status().lastError()).isNull();
        }
    }

    @Test
    void showsErrorsOnOneLine() throws Exception {
        Pace patient = new Pace(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));
        try (Poller poller = start(patient)) {
            answers.add(() -> {
                throw new IOException("gone\naway" + "!".repeat(10_000));
            });
            await(poller, status -> status.failures() == 1);
            assertThat(poller.status().lastError()).startsWith("gone\\naway!").hasSizeLessThan(1_100);
        }
    }

    @Test
    void waitsAsLongAsItWasAskedTo() throws Exception {
        Pace pace = new Pace(Duration.ofDays(1), Duration.ofMillis(1), Duration.ofDays(1));
        long start = System.nanoTime();
        try (Poller poller = start(pace)) {
            answers.add(() -> {
                throw new RetryAfterException("busy", Duration.ofMillis(300));
            });
            answers.add(() -> answer("1", "one"));
            await(poller, status -> status.records() == 1);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void pausesGrowUpToTheLongest() {
        Pace pace = new Pace(Duration.ofDays(1), Duration.ofSeconds(1), Duration.ofSeconds(10));
        assertThat(IntStream.of(1, 2, 3, 4, 5, 1_000_000).mapToObj(failures -> pace.pause(failures, null)))
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
        assertThat(pace.pause(1, Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
        assertThat(pace.pause(3, Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(4));
        assertThat(pace.pause(1, Duration.ofHours(3))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void refusesPausesThatAreNone() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThatThrownBy(() -> Pace.every(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("interval: " + wrong + " (expected: > 0 and at most PT876000H)");
        }
    }

    @Test
    void keepsAnAnswerAsSoonAsTheLogHasRoom() throws Exception {
        log.close();
        log = PolledLog.open(folder, FileLogOptions.defaults().withMaxUnread(2));
        try (Poller poller = start(FAST)) {
            answers.add(() -> answer("1", "one"));
            answers.add(() -> answer("2", "two"));
            await(poller, status -> status.lastError() != null);
            assertThat(poller.status().lastError()).contains("records are not read yet");
            assertThat(kept()).contains("one");
            await(poller, status -> status.records() == 2);
        }
        assertThat(kept()).containsExactly("one", "two");
        assertThat(asked).startsWith("none", "1").doesNotContain("3");
    }

    @Test
    void closeBreaksOffAQuestion() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Poller poller = start(FAST);
        answers.add(() -> {
            never.await();
            return answer("1");
        });
        assertThat(asked.take()).isEqualTo("none");
        poller.close();
        poller.close();
        assertThat(poller.status().failures())
                .as("that it was broken off is no failure")
                .isZero();
    }

    private Poller start(Pace pace) {
        return Poller.start(
                "test",
                log,
                cursor -> {
                    asked.add(cursor == null ? "none" : new String(cursor, UTF_8));
                    return answers.take().call();
                },
                pace);
    }

    private static void await(Poller poller, Predicate<Status> condition) {
        while (!condition.test(poller.status())) {
            LockSupport.parkNanos(1_000_000); // ends with the time limit of the class
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("awaited in vain; it is at " + poller.status());
            }
        }
    }

    private static Answer answer(String cursor, String... records) {
        return new Answer(List.of(records).stream().map(PollerTest::record).toList(), bytes(cursor), false);
    }

    private static PolledRecord record(String text) {
        return PolledRecord.of(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private List<String> kept() {
        List<String> texts = new ArrayList<>();
        SourceReader.Collector<String> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, String value, byte @Nullable [] original) {
                texts.add(value);
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                throw error;
            }
        };
        try (SourceReader<String> reader = log.source(Codec.utf8()).open(0, 0)) {
            while (reader.poll(2, collector) == SourceReader.Status.MORE) {
                // reads on
            }
        }
        return texts;
    }
}
