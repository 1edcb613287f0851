package io.datastream.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.Codec;
import io.datastream.source.SourceReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seeded: a log is written, rotated in all ways and compressed, while readers stop, go back to a commit, and go on. */
class TailSourceRandomTest {
    private static final int SEEDS = Integer.getInteger("tail.seeds", 25);
    private static final int STEPS = 80;

    @TempDir
    Path root;

    @Test
    void handsOutEachLineOnceAndTheSameAgain() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Path folder = Files.createDirectories(root.resolve("seed-" + seed));
            try {
                new Run(folder, new SplittableRandom(seed)).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class Run {
        private final Path folder;
        private final SplittableRandom random;
        private final List<String> written = new ArrayList<>();
        private final TreeMap<Long, String> read = new TreeMap<>();
        private long seconds = 1_700_000_000;
        private int rotated;
        private String half = "";

        Run(Path folder, SplittableRandom random) {
            this.folder = folder;
            this.random = random;
        }

        void run() throws IOException {
            long committed = 0;
            int step = 0;
            while (step < STEPS) {
                Seen seen = new Seen();
                try (SourceReader<String> reader = source().open(0, committed)) {
                    int steps = random.nextInt(1, 15);
                    for (int i = 0; i < steps; i++, step++) {
                        change();
                        if (random.nextBoolean()) {
                            seen.readAll(reader);
                        } else {
                            reader.poll(random.nextInt(1, 4), seen);
                        }
                    }
                    if (step >= STEPS) {
                        write("\n");
                        seen.readAll(reader);
                    }
                }
                committed = note(seen, committed);
                change();
            }
            write("\n");
            note(Seen.of(source(), committed), committed);
            assertThat(new ArrayList<>(read.values())).isEqualTo(written);
        }

        /** Returns a position from which the next reader goes on. */
        private long note(Seen seen, long committed) {
            long position = committed;
            for (int i = 0; i < seen.texts.size(); i++) {
                long offset = seen.offsets.get(i);
                String before = read.put(offset, seen.texts.get(i));
                assertThat(seen.texts.get(i))
                        .as("read again at %d", offset)
                        .isEqualTo(before == null ? seen.texts.get(i) : before);
                position = random.nextInt(3) == 0 ? position : offset + 1;
            }
            return position;
        }

        private TailSource<String> source() {
            return TailSource.of(folder, "app.log*", Codec.utf8(), folder.resolve("journal"))
                    .lookingEvery(Duration.ZERO)
                    .withFingerprintBytes(16);
        }

        private void change() throws IOException {
            int what = random.nextInt(12);
            if (what < 8) {
                int lines = random.nextInt(1, 4);
                for (int i = 0; i < lines; i++) {
                    write(random.nextInt(5) == 0 ? "" : "\n");
                }
            } else if (half.isEmpty() && Files.exists(log())) { // a writer ends its line before it rotates
                rotate(what);
            }
        }

        /** Writes a line; without its end, the next call ends it. */
        private void write(String end) throws IOException {
            String text = half.isEmpty() ? "line " + written.size() + " of seed and some more" : "";
            append(text + end);
            if (!text.isEmpty()) {
                half = text;
            }
            if (!end.isEmpty()) {
                if (!half.isEmpty()) {
                    written.add(half);
                }
                half = "";
            }
        }

        private void rotate(int what) throws IOException {
            Path target = folder.resolve("app.log." + String.format("%04d", ++rotated));
            if (what == 8) {
                Files.move(log(), target);
            } else if (what == 9) {
                Files.copy(log(), target);
                touch(target);
                Files.write(log(), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
                touch(log());
            } else {
                Path compressed = folder.resolve(target.getFileName() + ".gz");
                try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
                    Files.copy(log(), out);
                }
                touch(compressed);
                Files.delete(log());
            }
        }

        private Path log() {
            return folder.resolve("app.log");
        }

        private void append(String text) throws IOException {
            Files.write(log(), text.getBytes(UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            touch(log());
        }

        private void touch(Path file) throws IOException {
            Files.setLastModifiedTime(file, FileTime.fromMillis(seconds++ * 1_000));
        }
    }
}
