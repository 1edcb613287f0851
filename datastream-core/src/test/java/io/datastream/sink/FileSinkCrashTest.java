package io.datastream.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.TextLines;
import io.datastream.codec.TextPages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs that crash at random points and go on from their last commit, against a run that is not disturbed. What was
 * written after the last commit is lost, kept, cut anywhere or followed by rubbish, as a crash may leave it.
 */
class FileSinkCrashTest {
    private static final int RESULTS = 200;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"out.txt", "out.txt.gz", "out.pages"})
    void givesTheFileOfAnUndisturbedRun(String name) throws IOException {
        boolean pages = name.endsWith(".pages");
        StringBuilder expected = new StringBuilder(pages ? "" : TextLines.HEADER + "\n");
        for (int i = 0; i < RESULTS; i++) {
            expected.append(result(i)).append('\n');
        }
        expected.append(pages ? "= " + RESULTS : "");
        int crashes = 0;
        for (long seed = 1; seed <= 40; seed++) {
            Path file = folder.resolve(seed + "-" + name);
            crashes += run(file, new SplittableRandom(seed));

            assertThat(content(file)).as("seed %d", seed).isEqualTo(expected.toString());
            Files.delete(file);
        }
        assertThat(crashes).isGreaterThan(300);
    }

    /** Writes all results with crashes in between; gives the number of crashes. */
    private static int run(Path file, SplittableRandom random) throws IOException {
        FileSink<String> sink =
                FileSink.of(file, file.toString().endsWith(".pages") ? new TextPages() : new TextLines());
        Path inProgress = file.resolveSibling("." + file.getFileName() + ".inprogress");
        byte @Nullable [] committed = null;
        long committedLength = 0;
        int committedResults = 0;
        for (int crashes = 0; ; crashes++) {
            boolean done = false;
            try (SinkWriter<String> writer = sink.open(new SinkContext("p", "s", 0, 1, committed))) {
                int next = committedResults;
                // later attempts get further, so that every run ends
                int steps = random.nextInt(20 + crashes * 10);
                for (int step = 0; step < steps && !done; step++) {
                    int choice = random.nextInt(10);
                    if (choice == 0) {
                        writer.flush();
                    } else if (choice == 1 || next == RESULTS) {
                        writer.flush();
                        committed = writer.snapshot();
                        committedLength = Files.size(inProgress);
                        committedResults = next;
                        if (next == RESULTS) {
                            writer.complete();
                            done = true;
                        }
                    } else {
                        writer.write(next, result(next));
                        next++;
                    }
                }
            }
            if (done && random.nextBoolean()) {
                return crashes;
            }
            if (!done) {
                damage(inProgress, committedLength, random);
            }
        }
    }

    private static void damage(Path inProgress, long committedLength, SplittableRandom random) throws IOException {
        try (FileChannel channel = FileChannel.open(inProgress, StandardOpenOption.WRITE)) {
            if (random.nextBoolean()) {
                channel.truncate(random.nextLong(committedLength, channel.size() + 1));
            }
            if (random.nextBoolean()) {
                byte[] rubbish = new byte[random.nextInt(1, 50)];
                random.nextBytes(rubbish);
                channel.write(ByteBuffer.wrap(rubbish), random.nextLong(committedLength, channel.size() + 20));
            }
        }
    }

    private static String result(int i) {
        return "result " + i + " " + "x".repeat(i * 31 % 97);
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
