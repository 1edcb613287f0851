package io.datastream.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random crashes against a list: what was acknowledged must be there, and of a group of batches that was not, whole ones
 * from its beginning only. A crash leaves of the last group any bytes up to any length.
 */
@Timeout(120)
class FileLogCrashTest {
    private static final int RUNS = 60;

    @TempDir
    Path folder;

    @Test
    void losesNothingThatWasAcknowledgedAndKeepsNoPartOfABatch() throws IOException {
        int kept = 0;
        int cut = 0;
        for (long seed = 1; seed <= RUNS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Path log = folder.resolve("log-" + seed);
            FileLogOptions options = FileLogOptions.defaults().withSegmentBytes(random.nextLong(100, 3_000));
            List<String> expected = new ArrayList<>();
            for (int life = 0; life < 12; life++) {
                List<List<String>> unacknowledged = new ArrayList<>();
                try (FileLog open = FileLog.open(log, options)) {
                    assertThat(Entries.of(open, 0).values)
                            .as("seed %d, life %d", seed, life)
                            .isEqualTo(expected);
                    for (int i = random.nextInt(8); i > 0; i--) {
                        List<String> batch = batch(random);
                        Appended appended =
                                open.append(bytes(batch), random.nextBoolean() ? "k" + expected.size() : null);
                        assertThat(appended.offset()).isEqualTo(expected.size());
                        expected.addAll(batch);
                    }
                    for (int i = random.nextInt(5); i > 0; i--) {
                        unacknowledged.add(batch(random));
                    }
                }
                crash(log, expected.size(), unacknowledged, random);
                try (FileLog open = FileLog.open(log, options)) {
                    List<String> values = Entries.of(open, 0).values;
                    List<String> model = new ArrayList<>(expected);
                    for (List<String> batch : unacknowledged) {
                        if (model.size() < values.size()) {
                            model.addAll(batch);
                            kept++;
                        } else {
                            cut++;
                        }
                    }
                    assertThat(values).as("seed %d, life %d", seed, life).isEqualTo(model);
                    expected = model;
                }
            }
        }
        assertThat(kept).as("crashes that left whole batches").isGreaterThan(100);
        assertThat(cut).as("crashes that left none or parts").isGreaterThan(100);
    }

    @Test
    void refusesADamageBeforeTheLastGroupWithFileAndPosition() throws IOException {
        for (long seed = 1; seed <= RUNS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Path log = folder.resolve("damaged-" + seed);
            long lastGroup;
            Path file = Segment.path(log.toAbsolutePath(), 0);
            try (FileLog open = FileLog.open(log)) {
                for (int i = random.nextInt(1, 10); i > 0; i--) {
                    open.append(bytes(batch(random)));
                }
                lastGroup = Files.size(file);
                open.append(bytes(batch(random)));
            }
            try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
                long at = random.nextLong(lastGroup);
                damaged.seek(at);
                int before = damaged.read();
                damaged.seek(at);
                damaged.write(before ^ 1 << random.nextInt(8));
            }
            byte[] content = Files.readAllBytes(file);
            assertThatThrownBy(() -> FileLog.open(log))
                    .as("seed %d", seed)
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining(file.getFileName() + ": position ")
                    .hasMessageContaining("damaged");
            assertThat(Files.readAllBytes(file)).as("seed %d", seed).isEqualTo(content);
        }
    }

    @Test
    void aCrashWhileASegmentIsBegunLosesNothing() throws IOException {
        for (int length = 0; length <= Segment.HEADER; length++) {
            Path log = folder.resolve("begun-" + length);
            try (FileLog open = FileLog.open(log)) {
                open.append(Entries.batch("a", "b"));
            }
            byte[] header = Arrays.copyOf(Files.readAllBytes(Segment.path(log, 0)), length);
            Files.write(Segment.path(log, 2), header);
            try (FileLog open = FileLog.open(log)) {
                open.append(Entries.batch("c"));
                assertThat(Entries.of(open, 0).values).containsExactly("a", "b", "c");
            }
            try (FileLog open = FileLog.open(log)) {
                assertThat(Entries.of(open, 0).values).containsExactly("a", "b", "c");
            }
        }
    }

    /** Writes a group as a crash would leave it that comes before the disk has confirmed. */
    private static void crash(Path log, long offset, List<List<String>> group, SplittableRandom random)
            throws IOException {
        Path path;
        try (var files = Files.list(log)) {
            path = files.filter(file -> Segment.first(file) != null)
                    .sorted()
                    .reduce((a, b) -> b)
                    .orElseThrow();
        }
        Segment segment = Segment.existing(path, 0);
        if (segment == null) {
            throw new IOException(path + " has no header");
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            long durable = file.length();
            file.seek(durable);
            for (List<String> batch : group) {
                List<byte[]> records = bytes(batch);
                byte[] frame = Frame.encode((int) Frame.size(records, null), records, null);
                Frame.complete(frame, segment.marker, file.getFilePointer(), offset, durable, 1);
                file.write(frame);
                offset += batch.size();
            }
            if (random.nextInt(3) > 0) {
                file.setLength(random.nextLong(durable, file.length() + 1));
            }
            if (random.nextBoolean() && file.length() > durable) {
                long at = random.nextLong(durable, file.length());
                byte[] rubbish = new byte[(int) Math.min(random.nextInt(1, 60), file.length() - at)];
                if (random.nextBoolean()) {
                    random.nextBytes(rubbish); // else zeros
                }
                file.seek(at);
                file.write(rubbish);
            }
        }
    }

    private static List<String> batch(SplittableRandom random) {
        List<String> batch = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            batch.add("x".repeat(random.nextInt(30)) + random.nextInt());
        }
        return batch;
    }

    private static List<byte[]> bytes(List<String> batch) {
        return batch.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }
}
