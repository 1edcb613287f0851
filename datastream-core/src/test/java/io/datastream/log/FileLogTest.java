package io.datastream.log;

import static io.datastream.log.Entries.batch;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileLogTest {
    private static final FileLogOptions SMALL = FileLogOptions.defaults().withSegmentBytes(200);

    @TempDir
    Path folder;

    @Test
    void givesWhatWasAppendedAlsoAfterOpeningAgain() {
        try (FileLog log = FileLog.open(folder)) {
            assertThat(log.append(batch("a", "", "c"))).isEqualTo(new Appended(0, 3, false));
            assertThat(log.append(batch("d"))).isEqualTo(new Appended(3, 1, false));
            assertThat(Entries.of(log, 0).values).containsExactly("a", "", "c", "d");
        }
        try (FileLog log = FileLog.open(folder)) {
            log.append(batch("e"));

            Entries entries = Entries.of(log, 0);
            assertThat(entries.values).containsExactly("a", "", "c", "d", "e");
            assertThat(entries.offsets).containsExactly(0L, 1L, 2L, 3L, 4L);
        }
    }

    @Test
    void readsFromAnyPositionAcrossSegments() {
        try (FileLog log = FileLog.open(folder, SMALL)) {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < 60; i += 3) {
                log.append(batch("r" + i, "r" + (i + 1), "r" + (i + 2)));
                all.addAll(List.of("r" + i, "r" + (i + 1), "r" + (i + 2)));
            }
            assertThat(folder).isDirectoryContaining("glob:**0000000000000000000.log");
            for (int position = 0; position <= 60; position++) {
                assertThat(Entries.of(log, position).values).isEqualTo(all.subList(position, 60));
            }
            assertThatThrownBy(() -> Entries.of(log, 61))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("position 61 (expected: at most 60");
        }
    }

    @Test
    void tellsTheLastRecordAlsoAfterOpeningAgain() {
        try (FileLog log = FileLog.open(folder, SMALL)) {
            assertThat(log.last()).isNull();
            for (int i = 0; i < 60; i++) {
                log.append(batch("a" + i, "", "bb" + i));
                assertThat(log.last()).isEqualTo(("bb" + i).getBytes(UTF_8));
            }
            log.append(batch("")); // of no bytes
            assertThat(log.last()).isEmpty();
        }
        try (FileLog log = FileLog.open(folder, SMALL)) {
            assertThat(log.last()).isEmpty();
            log.append(batch("x", "y"));
            log.deleteBefore(log.end());
            assertThat(log.last()).isEqualTo("y".getBytes(UTF_8));
            assertThat(log.status().unread()).as("unread").isEqualTo(log.end() - log.start());
        }
    }

    @Test
    void aReaderGoesOnWithWhatIsAppendedLater() {
        try (FileLog log = FileLog.open(folder, SMALL);
                SourceReader<String> reader = log.source(Codec.utf8()).open(0, 0)) {
            Entries entries = new Entries();
            assertThat(reader.poll(10, entries)).isEqualTo(SourceReader.Status.CAUGHT_UP);
            for (int i = 0; i < 40; i++) {
                log.append(batch("r" + i));
                assertThat(reader.poll(10, entries)).isEqualTo(SourceReader.Status.CAUGHT_UP);
                assertThat(entries.values).hasSize(i + 1).endsWith("r" + i);
            }
        }
    }

    @Test
    void theTimeOfAnEntryIsThatOfAppendingIt() {
        Instant time = Instant.parse("2024-01-01T00:00:00.000000007Z");
        try (FileLog log =
                FileLog.open(folder, FileLogOptions.defaults().withClock(Clock.fixed(time, ZoneOffset.UTC)))) {
            log.append(batch("a"));

            assertThat(Entries.of(log, 0).times).containsExactly(time.getEpochSecond() * 1_000_000_000L + 7);
        }
    }

    @Test
    void aRecordThatCannotBeDecodedIsHandedOverAsMalformed() {
        Decoder<String> decoder = bytes -> {
            if (bytes.length == 0) {
                throw new CodecException("empty");
            }
            return Codec.utf8().decode(bytes);
        };
        try (FileLog log = FileLog.open(folder)) {
            log.append(batch("a", "", "c"));
            Entries entries = new Entries();
            try (SourceReader<String> reader = log.source(decoder).open(0, 0)) {
                reader.poll(10, entries);
            }
            assertThat(entries.malformed).containsExactly("1: empty");
            assertThat(entries.offsets).containsExactly(0L, 2L);
        }
    }

    @Test
    void isOpenOnceAtATime() {
        FileLog log = FileLog.open(folder);
        assertThatThrownBy(() -> FileLog.open(folder))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("is open in this process");
        log.close();
        log.close();
        FileLog.open(folder).close();
    }

    @Test
    void refusesBatchesAndReadersWhenItIsClosed() {
        FileLog log = FileLog.open(folder);
        log.close();

        assertThatThrownBy(() -> log.append(batch("a"))).hasMessageContaining("is closed");
        assertThatThrownBy(() -> log.source(Codec.utf8()).open(0, 0)).hasMessageContaining("is not open");
    }

    @Test
    void severalWritersLoseAndMixNothing() throws Exception {
        int writers = 8;
        int batches = 50;
        try (FileLog log = FileLog.open(folder, SMALL)) {
            ExecutorService threads = Executors.newFixedThreadPool(writers);
            List<Future<Boolean>> done = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                done.add(threads.submit(() -> {
                    for (int i = 0; i < batches; i++) {
                        Appended kept = log.append(batch(writer + "-" + i + "a", writer + "-" + i + "b"));
                        Entries there = Entries.of(log, kept.offset());
                        if (!there.values
                                .subList(0, 2)
                                .equals(List.of(writer + "-" + i + "a", writer + "-" + i + "b"))) {
                            return false;
                        }
                    }
                    return true;
                }));
            }
            for (Future<Boolean> one : done) {
                assertThat(one.get()).isTrue();
            }
            threads.shutdown();
            List<String> values = Entries.of(log, 0).values;
            assertThat(values).hasSize(writers * batches * 2).doesNotHaveDuplicates();
            for (int w = 0; w < writers; w++) {
                String prefix = w + "-";
                assertThat(values.stream().filter(value -> value.startsWith(prefix)))
                        .containsExactlyElementsOf(IntStream.range(0, batches)
                                .boxed()
                                .flatMap(i -> List.of(prefix + i + "a", prefix + i + "b").stream())
                                .toList());
            }
        }
    }

    @Test
    void anInterruptNeitherEndsTheWaitNorHarmsTheLog() {
        try (FileLog log = FileLog.open(folder, SMALL)) {
            Thread.currentThread().interrupt();
            for (int i = 0; i < 30; i++) {
                log.append(batch("r" + i));
            }
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Entries.of(log, 0).values).hasSize(30);
        }
    }

    @Test
    void aBatchWithAKnownKeyIsKeptOnceAlsoAfterOpeningAgain() {
        try (FileLog log = FileLog.open(folder)) {
            assertThat(log.append(batch("a", "b"), "k1")).isEqualTo(new Appended(0, 2, false));
            assertThat(log.append(batch("a", "b"), "k1")).isEqualTo(new Appended(0, 2, true));
        }
        try (FileLog log = FileLog.open(folder)) {
            assertThat(log.append(batch("a", "b"), "k1")).isEqualTo(new Appended(0, 2, true));
            assertThatThrownBy(() -> log.append(batch("x"), "k1"))
                    .isInstanceOf(KeyReusedException.class)
                    .hasMessage("key: k1: known for other records (expected: a new key for each batch)");
            assertThat(log.end()).isEqualTo(2);
        }
    }

    @Test
    void forgetsTheOldestKeys() {
        try (FileLog log = FileLog.open(folder, FileLogOptions.defaults().withKeys(2))) {
            log.append(batch("a"), "k1");
            log.append(batch("b"), "k2");
            log.append(batch("c"), "k3");

            assertThat(log.append(batch("b"), "k2").repeated()).isTrue();
            assertThat(log.append(batch("a"), "k1").repeated()).isFalse();
        }
    }

    @Test
    void refusesKeysThatAreNotVisibleText() {
        try (FileLog log = FileLog.open(folder)) {
            for (String key : List.of("", "a b", "ü", "a\n", "k".repeat(256))) {
                assertThatThrownBy(() -> log.append(batch("a"), key)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(log.append(batch("a"), "k".repeat(255)).repeated()).isFalse();
        }
    }

    @Test
    void refusesABatchThatGoesBeyondTheBoundOfUnreadRecords() {
        try (FileLog log = FileLog.open(folder, FileLogOptions.defaults().withMaxUnread(3))) {
            log.append(batch("a", "b"));
            assertThatThrownBy(() -> log.append(batch("c", "d")))
                    .isInstanceOf(LogFullException.class)
                    .hasMessageContaining("2 records are not read yet (expected: at most 3");
            log.append(batch("c"));

            Entries.of(log, 0);
            log.append(batch("d", "e", "f", "g", "h")); // larger than the bound, but nothing is unread
            assertThat(log.status().unread()).isEqualTo(5);
        }
    }

    @Test
    void theSlowestReaderCounts() {
        try (FileLog log = FileLog.open(folder, FileLogOptions.defaults().withMaxUnread(3));
                SourceReader<String> slow = log.source(Codec.utf8()).open(0, 0)) {
            log.append(batch("a", "b", "c"));
            Entries.of(log, 0);
            assertThatThrownBy(() -> log.append(batch("d"))).isInstanceOf(LogFullException.class);
            slow.poll(1, new Entries());
            log.append(batch("d"));
        }
    }

    @Test
    void refusesABatchThatGoesBeyondTheBoundOfBytes() {
        try (FileLog log = FileLog.open(folder, SMALL.withMaxBytes(1_000))) {
            int kept = 0;
            try {
                while (kept < 100) {
                    log.append(batch("0123456789"));
                    kept++;
                }
            } catch (LogFullException e) {
                assertThat(e).hasMessageContaining("bytes on disk (expected: at most 1000");
            }
            assertThat(kept).isBetween(10, 17);
            assertThat(log.deleteBefore(8)).isPositive();
            log.append(batch("there is room again"));
        }
    }

    @Test
    void deletesWholeSegmentsBeforeAnOffset() {
        try (FileLog log = FileLog.open(folder, SMALL)) {
            for (int i = 0; i < 20; i++) {
                log.append(batch("r" + i));
            }
            long deleted = log.deleteBefore(10);

            assertThat(deleted).isBetween(5L, 10L).isEqualTo(log.start());
            assertThat(Entries.of(log, 0).values)
                    .hasSize(20 - (int) deleted)
                    .first()
                    .isEqualTo("r" + deleted);
            assertThatThrownBy(() -> Entries.of(log, 1))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("offsets 1 to " + (deleted - 1) + " are deleted");
        }
        try (FileLog log = FileLog.open(folder, SMALL)) {
            assertThat(log.start()).isPositive();
            assertThat(log.append(batch("r20")).offset()).isEqualTo(20);
        }
    }

    @Test
    void deletesWhatIsOldAndHasBeenRead() {
        Setting clock = new Setting();
        FileLogOptions options = SMALL.withRetention(Duration.ofHours(1)).withClock(clock);
        try (FileLog log = FileLog.open(folder, options)) {
            for (int i = 0; i < 20; i++) {
                log.append(batch("r" + i));
            }
            clock.now = clock.now.plus(Duration.ofHours(2));
            log.append(batch("r20"));
            assertThat(log.start()).as("nothing has been read").isZero();

            Entries.of(log, 0);
            log.append(batch("r21", "x".repeat(200)));
            log.append(batch("r23"));

            assertThat(log.start()).isEqualTo(20);
            assertThat(Entries.of(log, 0).values).hasSize(4).startsWith("r20");
        }
    }

    @Test
    void tellsOfEntriesThatAreMissingBetweenFiles() throws IOException {
        try (FileLog log = FileLog.open(folder, SMALL)) {
            for (int i = 0; i < 40; i++) {
                log.append(batch("r" + i));
            }
        }
        List<Path> files = segments();
        Files.delete(files.get(1));
        try (FileLog log = FileLog.open(folder, SMALL)) {
            assertThatThrownBy(() -> Entries.of(log, 0))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining(files.get(0) + ": position ");
        }
        Files.delete(files.get(files.size() - 2));
        assertThatThrownBy(() -> FileLog.open(folder, SMALL))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("entries are missing");
    }

    @Test
    void refusesAFileThatIsNoSegment() throws IOException {
        Files.writeString(folder.resolve("0000000000000000000.log"), "something else altogether");
        assertThatThrownBy(() -> FileLog.open(folder))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("position 0: does not begin as a segment does");
    }

    @Test
    void aPipelineGoesOnFromItsCheckpoint(@TempDir Path checkpoints) throws Exception {
        Queue<String> results = new ConcurrentLinkedQueue<>();
        try (FileLog log = FileLog.open(folder)) {
            for (int round = 0; round < 3; round++) {
                log.append(batch("a" + round, "b" + round));
                Pipeline pipeline = Pipeline.from(log.source(Codec.utf8()).logTime())
                        .to(Sinks.collectInto(results))
                        .named("copy");
                try (PipelineController controller = LocalRuntime.create()
                        .withCheckpoints(Checkpoints.to(checkpoints))
                        .start(pipeline)) {
                    controller.drain();
                }
            }
        }
        assertThat(results).containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> Segment.first(file) != null).sorted().toList();
        }
    }

    /** A clock that is set by hand. */
    private static final class Setting extends Clock {
        Instant now = Instant.parse("2024-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
