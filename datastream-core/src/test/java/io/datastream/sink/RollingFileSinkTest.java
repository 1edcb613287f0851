package io.datastream.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.TextLines;
import io.datastream.codec.TextPages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollingFileSinkTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long START = Instant.parse("2024-01-31T12:00:00Z").getEpochSecond() * 1_000_000_000L;

    @TempDir
    Path folder;

    @Test
    void beginsAnotherFileWhenOneIsLargeEnough() throws IOException {
        RollingFileSink<String> sink = lines().withMaxBytes(15);
        try (SinkWriter<String> writer = sink.open(fresh())) {
            for (String line : List.of("one", "two", "three")) {
                writer.write(0, line);
            }
            writer.complete();
        }

        assertThat(files())
                .containsExactly(
                        Map.entry("out-0-000000.txt", "# lines\none\ntwo\n"),
                        Map.entry("out-0-000001.txt", "# lines\nthree\n"));
    }

    @Test
    void putsEachPeriodIntoAFileOfItsOwn() throws IOException {
        RollingFileSink<String> sink = lines().withPeriod(Duration.ofMinutes(1));
        try (SinkWriter<String> writer = sink.open(fresh())) {
            writer.write(START, "one");
            writer.write(START + MINUTE, "three");
            writer.write(START + MINUTE - 1, "two");
            writer.complete();
        }

        assertThat(files())
                .containsExactly(
                        Map.entry("out-20240131T120000Z-0-000000.txt", "# lines\none\ntwo\n"),
                        Map.entry("out-20240131T120100Z-0-000001.txt", "# lines\nthree\n"));
    }

    @Test
    void collectsLateResultsOfAPeriodUntilTheCommit() throws IOException {
        RollingFileSink<String> sink = lines().withPeriod(Duration.ofMinutes(1)).withOpenPeriods(1);
        try (SinkWriter<String> writer = sink.open(fresh())) {
            writer.write(START, "on time");
            writer.write(START + MINUTE, "next");
            writer.write(START + 1, "late");
            writer.write(START + MINUTE, "next again");
            writer.write(START + 2, "late too");
            writer.snapshot();
            writer.write(START + 3, "even later");
            writer.complete();
        }

        assertThat(files().values())
                .containsExactly(
                        "# lines\non time\n",
                        "# lines\nlate\nlate too\n",
                        "# lines\neven later\n",
                        "# lines\nnext\nnext again\n");
    }

    @Test
    void namesAFileOnlyAfterTheCommitThatTellsOfIt() throws IOException {
        RollingFileSink<String> sink = lines().withMaxBytes(1);
        try (SinkWriter<String> writer = sink.open(fresh())) {
            writer.write(0, "one");
            assertThat(files()).isEmpty();
            writer.snapshot();
            writer.snapshot(); // the commit before did not succeed
            assertThat(files()).isEmpty();
            writer.committed();
            assertThat(files()).containsOnlyKeys("out-0-000000.txt");
        }
    }

    @Test
    void namesTheFilesOfTheLastCommitWhenItGoesOn() throws IOException {
        RollingFileSink<String> sink = lines().withMaxBytes(1);
        byte[] committed;
        try (SinkWriter<String> writer = sink.open(fresh())) {
            writer.write(0, "one");
            committed = writer.snapshot();
            writer.write(0, "lost in the crash");
        }
        try (SinkWriter<String> writer = sink.open(new SinkContext("p", "s", 0, 1, committed))) {
            assertThat(files()).containsExactly(Map.entry("out-0-000000.txt", "# lines\none\n"));
            assertThat(hidden()).isEmpty();
            writer.write(0, "two");
            writer.complete();
        }
        assertThat(files()).containsEntry("out-0-000001.txt", "# lines\ntwo\n").hasSize(2);
    }

    @Test
    void goesOnWhenAFileHasBeenTakenAway() throws IOException {
        RollingFileSink<String> sink = lines().withMaxBytes(1);
        byte[] committed;
        try (SinkWriter<String> writer = sink.open(fresh())) {
            writer.write(0, "one");
            committed = writer.snapshot();
            writer.committed(); // gives the file its name
        }
        Files.delete(folder.resolve("out-0-000000.txt"));

        try (SinkWriter<String> writer = sink.open(new SinkContext("p", "s", 0, 1, committed))) {
            writer.write(0, "two");
            writer.complete();
        }
        assertThat(files()).containsExactly(Map.entry("out-0-000001.txt", "# lines\ntwo\n"));
    }

    @Test
    void startsAfreshBesideTheFilesOfAnEarlierRun() throws IOException {
        Files.writeString(folder.resolve("out-0-000041.txt"), "earlier");
        Files.writeString(folder.resolve(".out-0-000042.txt.inprogress"), "abandoned");
        Files.writeString(folder.resolve(".out-1-000007.txt.inprogress"), "of another task");
        try (SinkWriter<String> writer = lines().open(fresh())) {
            writer.write(0, "one");
            writer.complete();
        }

        assertThat(files())
                .containsExactly(
                        Map.entry("out-0-000041.txt", "earlier"), Map.entry("out-0-000042.txt", "# lines\none\n"));
        assertThat(hidden()).containsExactly(".out-1-000007.txt.inprogress");
    }

    @Test
    void refusesAnotherNumberOfTasks() {
        byte[] committed;
        try (SinkWriter<String> writer = lines().open(fresh())) {
            committed = writer.snapshot();
        }
        assertThatThrownBy(() -> lines().open(new SinkContext("p", "s", 0, 2, committed)))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("tasks: 2 (expected: 1, as at the last commit)");
    }

    @Test
    void saysWhichFileIsShorterThanItWas() throws IOException {
        byte[] committed;
        try (SinkWriter<String> writer = lines().open(fresh())) {
            writer.write(0, "one");
            committed = writer.snapshot();
        }
        Files.writeString(folder.resolve(".out-0-000000.txt.inprogress"), "#");
        assertThatThrownBy(() -> lines().open(new SinkContext("p", "s", 0, 1, committed)))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining(
                        ".out-0-000000.txt.inprogress has 1 bytes (expected: 12 or more," + " as at the last commit)");
    }

    @Test
    void waitsForAnotherWriterOfTheSameTask() {
        try (SinkWriter<String> writer = lines().open(fresh())) {
            writer.write(0, "one");
            assertThatThrownBy(() -> lines().open(fresh()))
                    .isInstanceOf(SinkException.class)
                    .hasMessageContaining(".out-0.txt.lock: another task of this process writes there")
                    .satisfies(
                            e -> assertThat(((SinkException) e).isRetryable()).isTrue());
            lines().open(SinkContext.fresh("p", "s", 1, 2)).close();
        }
        lines().open(fresh()).close();
    }

    /** Against an undisturbed run: the same results in the same order, once, in files that never change. */
    @ParameterizedTest
    @ValueSource(strings = {"out.txt", "out.txt.gz", "out.pages"})
    void givesEachResultOnceAcrossCrashes(String name) throws IOException {
        int crashes = 0;
        Path root = folder;
        for (long seed = 1; seed <= 25; seed++) {
            folder = Files.createDirectories(root.resolve("seed-" + seed));
            crashes += crashingRun(name, seed);
        }
        assertThat(crashes).isGreaterThan(200);
    }

    private int crashingRun(String name, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        RollingFileSink<String> sink = (name.endsWith(".pages")
                        ? RollingFileSink.of(folder, name, new TextPages())
                        : RollingFileSink.of(folder, name, new TextLines()))
                .withMaxBytes(random.nextInt(20, 300))
                .withPeriod(Duration.ofSeconds(random.nextInt(1, 60)));
        int results = 200;
        byte @Nullable [] committed = null;
        int committedResults = 0;
        Map<String, String> published = new TreeMap<>();
        for (int crashes = 0; ; crashes++) {
            boolean done = false;
            try (SinkWriter<String> writer = sink.open(new SinkContext("p", "s", 0, 1, committed))) {
                int next = committedResults;
                int steps = random.nextInt(20 + crashes * 10);
                for (int step = 0; step < steps && !done; step++) {
                    int choice = random.nextInt(10);
                    if (choice == 0) {
                        writer.flush();
                    } else if (choice == 1 || next == results) {
                        writer.flush();
                        byte[] snapshot = writer.snapshot();
                        if (random.nextInt(4) == 0) {
                            continue; // the commit does not succeed
                        }
                        committed = snapshot;
                        committedResults = next;
                        if (random.nextInt(8) == 0) {
                            break; // a crash before the writer hears of it
                        }
                        writer.committed();
                        if (next == results) {
                            writer.complete();
                            done = true;
                        }
                    } else {
                        writer.write(START + next * 1_000_000_000L, "result " + next);
                        next++;
                    }
                }
            }
            Map<String, String> now = files();
            assertThat(now).as("seed %d: no file changes", seed).containsAllEntriesOf(published);
            published = now;
            if (committed == null) {
                assertThat(now).as("seed %d: before a commit", seed).isEmpty();
            }
            if (done && random.nextBoolean()) {
                assertThat(hidden()).as("seed %d", seed).isEmpty();
                assertThat(now.values().stream()
                                .flatMap(String::lines)
                                .filter(line -> !line.equals(TextLines.HEADER) && !line.startsWith("= "))
                                .sorted())
                        .as("seed %d", seed)
                        .isEqualTo(IntStream.range(0, results)
                                .mapToObj(i -> "result " + i)
                                .sorted()
                                .toList());
                return crashes;
            }
        }
    }

    private RollingFileSink<String> lines() {
        return RollingFileSink.of(folder, "out.txt", new TextLines());
    }

    private static SinkContext fresh() {
        return SinkContext.fresh("p", "s", 0, 1);
    }

    private List<String> hidden() throws IOException {
        return names().filter(name -> name.startsWith(".") && !name.endsWith(".lock"))
                .toList();
    }

    private TreeMap<String, String> files() throws IOException {
        TreeMap<String, String> all = new TreeMap<>();
        for (String name : names().filter(name -> !name.startsWith(".")).toList()) {
            all.put(name, content(folder.resolve(name)));
        }
        return all;
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<String> names = new ArrayList<>(
                    all.map(path -> path.getFileName().toString()).collect(Collectors.toList()));
            return names.stream().sorted();
        }
    }

    private static String content(Path file) throws IOException {
        if (!file.toString().endsWith(".gz")) {
            return Files.readString(file);
        }
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
