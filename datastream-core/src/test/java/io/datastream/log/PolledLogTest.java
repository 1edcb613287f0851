package io.datastream.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.source.SourceReader;
import io.datastream.source.SourceReader.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolledLogTest {
    @TempDir
    Path folder;

    @Test
    void keepsRecordsWithTheCursor() {
        try (PolledLog log = PolledLog.open(folder)) {
            assertThat(log.cursor()).isNull();
            log.append(List.of(record("one"), record("two")), bytes("2"));
            log.append(List.of(), bytes("3"));
            log.append(List.of(record("three")), bytes("4"));
        }
        try (PolledLog log = PolledLog.open(folder)) {
            assertThat(cursor(log)).isEqualTo("4");
            assertThat(read(log)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void givesMalformedRecordsAsErrors() {
        try (PolledLog log = PolledLog.open(folder)) {
            log.append(List.of(record("one"), PolledRecord.malformed(bytes("tw"), "page 1: line 2: cut")), bytes("2"));
            assertThat(read(log)).containsExactly("one", "malformed: page 1: line 2: cut of tw");
        }
    }

    @Test
    void keepsTheCursorLongerThanTheRetention() throws IOException {
        Setting clock = new Setting();
        FileLogOptions options = FileLogOptions.defaults()
                .withClock(clock)
                .withRetention(Duration.ofDays(1))
                .withMaxBytes(500);
        try (PolledLog log = PolledLog.open(folder, options)) {
            log.append(List.of(record("one")), bytes("2"));
        }
        Segment.create(folder, 2); // as a crash leaves it that comes before its first batch
        clock.now = clock.now.plus(Duration.ofDays(10));
        try (PolledLog log = PolledLog.open(folder, options)) {
            read(log);
            assertThatThrownBy(() -> log.append(List.of(record("x".repeat(500))), bytes("3")))
                    .isInstanceOf(LogFullException.class); // having looked for what can be deleted
        }
        try (PolledLog log = PolledLog.open(folder, options)) {
            assertThat(cursor(log)).isEqualTo("2");
            assertThat(read(log)).containsExactly("one");
        }
    }

    @Test
    void deletesWhatIsOldAndHasBeenRead() {
        Setting clock = new Setting();
        FileLogOptions options = FileLogOptions.defaults().withClock(clock).withRetention(Duration.ofDays(1));
        try (PolledLog log = PolledLog.open(folder, options)) {
            log.append(List.of(record("one")), bytes("2"));
            read(log);
            clock.now = clock.now.plus(Duration.ofDays(2));
            log.append(List.of(record("two")), bytes("3"));
            assertThat(read(log)).containsExactly("two");
        }
    }

    @Test
    void doesNotTakeForReadWhatNobodyHasRead() {
        try (PolledLog log = PolledLog.open(folder)) {
            log.append(List.of(record("one"), record("two")), bytes("2"));
        }
        try (PolledLog log = PolledLog.open(folder)) {
            assertThat(log.status().unread()).isEqualTo(3);
            read(log);
            assertThat(log.status().unread()).isZero();
        }
    }

    @Test
    void findsTheCursorInTheFileBeforeTheLast() throws IOException {
        FileLogOptions small = FileLogOptions.defaults().withSegmentBytes(1);
        try (PolledLog log = PolledLog.open(folder, small)) {
            log.append(List.of(record("one")), bytes("2"));
        }
        Segment.create(folder, 2); // as a crash leaves it that comes before its first batch
        try (PolledLog log = PolledLog.open(folder, small)) {
            assertThat(cursor(log)).isEqualTo("2");
            log.append(List.of(record("two")), bytes("3"));
            assertThat(read(log)).containsExactly("one", "two");
        }
    }

    /** A clock that a test sets. */
    private static final class Setting extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("not of use here");
        }
    }

    @Test
    void refusesALogOfAnotherKind() {
        try (FileLog log = FileLog.open(folder)) {
            log.append(List.of(bytes("one")), null);
        }
        assertThatThrownBy(() -> PolledLog.open(folder))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("ends without a cursor (expected: a log of what was polled)");
    }

    private static PolledRecord record(String text) {
        return PolledRecord.of(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String cursor(PolledLog log) {
        return new String(Objects.requireNonNull(log.cursor()), UTF_8);
    }

    private static List<String> read(PolledLog log) {
        List<String> texts = new ArrayList<>();
        SourceReader.Collector<String> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, String value, byte @Nullable [] original) {
                texts.add(value);
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                texts.add("malformed: " + error.getMessage() + " of " + new String(original, UTF_8));
            }
        };
        try (SourceReader<String> reader = log.source(Codec.utf8()).open(0, 0)) {
            Status status;
            do {
                status = reader.poll(2, collector);
            } while (status == Status.MORE);
        }
        return texts;
    }
}
