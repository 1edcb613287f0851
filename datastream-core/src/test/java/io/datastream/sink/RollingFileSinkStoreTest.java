package io.datastream.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.FileFormat;
import io.datastream.codec.TextLines;
import io.datastream.codec.TextPages;
import io.datastream.file.FaultyStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rolling files in a store that cannot append. */
class RollingFileSinkStoreTest {
    private static final int RESULTS = 150;

    @TempDir
    Path root;

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void putsTheSegmentsOfAFileTogether() throws IOException {
        try (SinkWriter<String> writer = lines().open(fresh())) {
            writer.write(0, "one");
            commit(writer);
            commit(writer); // nothing new: no further segment
            writer.write(0, "two");
            commit(writer);
            assertThat(names()).hasSize(2).allMatch(name -> name.startsWith(".out-0-000000.txt."));
            writer.complete();
        }
        assertThat(contents()).containsExactly(Map.entry("out-0-000000.txt", "# lines\none\ntwo\n"));
        assertThat(names()).containsExactly("out-0-000000.txt");
    }

    @Test
    void goesOnBehindTheSegmentsOfTheLastCommit() throws IOException {
        byte[] committed;
        try (SinkWriter<String> writer = lines().open(fresh())) {
            writer.write(0, "one");
            committed = commit(writer);
            writer.write(0, "lost in the crash");
            writer.flush();
        }
        try (SinkWriter<String> writer = lines().open(restored(committed))) {
            writer.write(0, "two");
            writer.complete();
        }
        assertThat(contents()).containsExactly(Map.entry("out-0-000000.txt", "# lines\none\ntwo\n"));
        assertThat(names()).hasSize(1);
    }

    @Test
    void takesNothingOfAWriterFromWhichAnotherHasTakenOver() throws IOException {
        try (SinkWriter<String> frozen = lines().open(fresh())) {
            frozen.write(0, "one");
            byte[] committed = commit(frozen);
            frozen.write(0, "of the frozen one");
            try (SinkWriter<String> other = lines().open(restored(committed))) {
                other.write(0, "two");
                commit(other);
                frozen.flush();
                other.write(0, "three");
                frozen.write(0, "of the frozen one");
                frozen.flush();
                other.complete();
            }
        }
        assertThat(contents()).containsExactly(Map.entry("out-0-000000.txt", "# lines\none\ntwo\nthree\n"));
    }

    @Test
    void publishesOnceWhenTheFrozenWriterHearsOfItsCommit() throws IOException {
        try (SinkWriter<String> frozen = lines().withMaxBytes(1).open(fresh())) {
            frozen.write(0, "one");
            byte[] committed = frozen.snapshot();
            try (SinkWriter<String> other = lines().withMaxBytes(1).open(restored(committed))) {
                frozen.committed();
                other.write(0, "two");
                other.complete();
            }
        }
        assertThat(contents())
                .containsExactly(
                        Map.entry("out-0-000000.txt", "# lines\none\n"),
                        Map.entry("out-0-000001.txt", "# lines\ntwo\n"));
    }

    @Test
    void saysWhichSegmentIsMissing() throws IOException {
        byte[] committed;
        try (SinkWriter<String> writer = lines().open(fresh())) {
            writer.write(0, "one");
            committed = commit(writer);
        }
        Files.delete(root.resolve("folder").resolve(names().get(0)));
        assertThatThrownBy(() -> lines().open(restored(committed)))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("folder/.out-0-000000.txt.")
                .hasMessageContaining("is missing (expected: 1 segments of 12 bytes, as at the last commit)");
    }

    @Test
    void deletesTheHiddenFilesOfAnEarlierRun() throws IOException {
        Path folder = Files.createDirectories(root.resolve("folder"));
        Files.writeString(folder.resolve("out-0-000041.txt"), "earlier");
        Files.writeString(folder.resolve(".out-0-000042.txt.00000000000000ff-000000.inprogress"), "abandoned");
        Files.writeString(folder.resolve(".out-0-000042.txt.00000000000000ff.finishing"), "abandoned");
        Files.writeString(folder.resolve(".out-1-000007.txt.00000000000000ff-000000.inprogress"), "of another task");
        try (SinkWriter<String> writer = lines().open(fresh())) {
            writer.write(0, "one");
            writer.complete();
        }
        assertThat(names())
                .containsExactly(
                        ".out-1-000007.txt.00000000000000ff-000000.inprogress", "out-0-000041.txt", "out-0-000042.txt");
    }

    /** With faults at any call, and writers that go on although another has taken over. */
    @ParameterizedTest
    @ValueSource(strings = {"out.txt", "out.txt.gz", "out.pages"})
    void givesEachResultOnceAcrossFaults(String name) throws IOException {
        int crashes = 0;
        Path all = root;
        for (long seed = 1; seed <= 40; seed++) {
            root = Files.createDirectories(all.resolve("seed-" + seed));
            crashes += faultyRun(name, seed);
        }
        assertThat(crashes).isGreaterThan(200);
    }

    private int faultyRun(String name, long seed) throws IOException {
        SplittableRandom choices = new SplittableRandom(seed);
        FaultyStore store = new FaultyStore(root, choices.split());
        FileFormat<String> format = name.endsWith(".pages") ? new TextPages() : new TextLines();
        RollingFileSink<String> sink = RollingFileSink.of(store, "folder", name, format)
                .withMaxBytes(choices.nextInt(20, 300))
                .withPeriod(Duration.ofSeconds(choices.nextInt(1, 60)));
        List<SinkWriter<String>> frozen = new ArrayList<>();
        byte @Nullable [] committed = null;
        int committedResults = 0;
        Map<String, String> published = Map.of();
        for (int crashes = 0; ; crashes++) {
            store.faultEvery(crashes > 200 ? 0 : 10 + crashes);
            boolean done = false;
            SinkWriter<String> writer = null;
            try {
                writer = sink.open(restored(committed));
                int next = committedResults;
                while (!done) {
                    goOn(frozen, choices);
                    if (next < RESULTS && choices.nextInt(6) > 0) {
                        writer.write(next * 1_000_000_000L, "result " + next);
                        next++;
                        continue;
                    }
                    byte[] snapshot = writer.snapshot();
                    if (choices.nextInt(4) == 0) {
                        continue; // the commit does not succeed
                    }
                    committed = snapshot;
                    committedResults = next;
                    if (choices.nextInt(8) == 0) {
                        break; // it does not hear of it, or later
                    }
                    writer.committed();
                    if (next == RESULTS) {
                        writer.complete();
                        done = true;
                    }
                }
            } catch (SinkException e) {
                assertThat(e).as("seed %d", seed).hasStackTraceContaining("planted");
            }
            if (writer != null) {
                if (!done && choices.nextBoolean()) {
                    frozen.add(writer);
                } else {
                    ignoringFaults(writer::close);
                }
            }
            Map<String, String> now = contents();
            assertThat(now).as("seed %d: no file changes", seed).containsAllEntriesOf(published);
            published = now;
            if (done) {
                assertThat(now.values().stream()
                                .flatMap(String::lines)
                                .filter(line -> !line.equals(TextLines.HEADER) && !line.startsWith("= "))
                                .sorted())
                        .as("seed %d", seed)
                        .isEqualTo(IntStream.range(0, RESULTS)
                                .mapToObj(i -> "result " + i)
                                .sorted()
                                .toList());
                return crashes;
            }
        }
    }

    /** Lets a frozen writer do something, which may fail. */
    private static void goOn(List<SinkWriter<String>> frozen, SplittableRandom choices) {
        if (frozen.isEmpty() || choices.nextInt(4) > 0) {
            return;
        }
        SinkWriter<String> one = frozen.get(choices.nextInt(frozen.size()));
        switch (choices.nextInt(3)) {
            case 0 -> ignoringFaults(() -> one.write(choices.nextInt(RESULTS) * 1_000_000_000L, "of a frozen writer"));
            case 1 -> ignoringFaults(one::flush);
            default -> {
                frozen.remove(one);
                ignoringFaults(one::close);
            }
        }
    }

    private static void ignoringFaults(Runnable call) {
        try {
            call.run();
        } catch (SinkException e) {
            // it would end here
        }
    }

    private RollingFileSink<String> lines() {
        return RollingFileSink.of(new FaultyStore(root, random), "folder/", "out.txt", new TextLines());
    }

    private static SinkContext fresh() {
        return restored(null);
    }

    private static SinkContext restored(byte @Nullable [] committed) {
        return new SinkContext("p", "s", 0, 1, committed);
    }

    private static byte[] commit(SinkWriter<?> writer) {
        byte[] committed = writer.snapshot();
        writer.committed();
        return committed;
    }

    private List<String> names() throws IOException {
        Path folder = root.resolve("folder");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private TreeMap<String, String> contents() throws IOException {
        TreeMap<String, String> all = new TreeMap<>();
        for (String name : names()) {
            if (!name.startsWith(".")) {
                try (InputStream in =
                        Files.newInputStream(root.resolve("folder").resolve(name))) {
                    InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(in) : in;
                    all.put(name, new String(plain.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return all;
    }
}
