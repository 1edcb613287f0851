package io.datastream.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.TextLines;
import io.datastream.file.FaultyStore;
import io.datastream.source.SourceReader.Status;
import io.datastream.time.EventTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
    @TempDir
    Path folder;

    @Test
    void readsAFileToItsEnd() throws IOException {
        Path file = write("a.txt", "one", "two", "three");

        Read read = read(FileSource.of(file, new TextLines()), 0, 0);

        assertThat(read.seen).containsExactly("0 one", "1 two", "2 three");
        assertThat(read.originals).containsExactly("one", "two", "three");
    }

    @Test
    void takesTheTimeOfOpeningAsLogTime() throws IOException {
        Path file = write("a.txt", "one");
        long before = EventTime.nanos(Instant.now());

        Read read = read(FileSource.of(file, new TextLines()), 0, 0);

        assertThat(read.logTimes.get(0)).isBetween(before, EventTime.nanos(Instant.now()));
    }

    @Test
    void readsNoMoreThanIsAskedFor() throws IOException {
        Path file = write("a.txt", "one", "two", "three");
        Read read = new Read();
        try (SourceReader<String> reader = FileSource.of(file, new TextLines()).open(0, 0)) {
            assertThat(reader.poll(2, read)).isEqualTo(Status.MORE);
            assertThat(read.seen).hasSize(2);
            assertThat(reader.poll(2, read)).isEqualTo(Status.END);
            assertThat(reader.poll(2, read)).isEqualTo(Status.END);
            assertThat(read.seen).hasSize(3);
        }
    }

    @Test
    void reportsMalformedRecordsAndGoesOn() throws IOException {
        Path file = write("a.txt", "one", "!two", "three");

        Read read = read(FileSource.of(file, new TextLines()), 0, 0);

        assertThat(read.seen).containsExactly("0 one", "1 malformed: line 3: bad", "2 three");
        assertThat(read.originals).containsExactly("one", "!two", "three");
    }

    @Test
    void goesOnFromAnyPosition() throws IOException {
        Path file = write("a.txt", "one", "!two", "three", "four");
        FileSource<String> source = FileSource.of(file, new TextLines());
        List<String> all = read(source, 0, 0).seen;

        for (int position = 0; position <= all.size(); position++) {
            assertThat(read(source, 0, position).seen).isEqualTo(all.subList(position, all.size()));
        }
    }

    @Test
    void refusesAPositionBeyondTheEnd() throws IOException {
        Path file = write("a.txt", "one");

        assertFails(
                FileSource.of(file, new TextLines()),
                5,
                "a.txt: position 5 (expected: at most 1, the number of its records; is it another file than before?)");
    }

    @Test
    void readsSeveralFilesAsPartitions() throws IOException {
        Path a = write("a.txt", "one");
        Path b = write("b.txt", "two");

        FileSource<String> source = FileSource.of(List.of(a, b), new TextLines());

        assertThat(source.partitions()).isEqualTo(2);
        assertThat(source.name()).isEqualTo("a.txt+1");
        assertThat(source.partitionName(1)).isEqualTo("b.txt");
        assertThat(read(source, 0, 0).seen).containsExactly("0 one");
        assertThat(read(source, 1, 0).seen).containsExactly("0 two");
    }

    @Test
    void readsFilesOfAStore() throws IOException {
        write("a.txt", "one", "two");
        gzip("b.txt.gz", "# lines\nthree\n");
        FaultyStore store = new FaultyStore(folder, new SplittableRandom(1));

        FileSource<String> source = FileSource.of(store, List.of("./a.txt", "./b.txt.gz"), new TextLines());

        assertThat(source.name()).isEqualTo("a.txt+1");
        assertThat(source.partitionName(1)).isEqualTo("b.txt.gz");
        assertThat(read(source, 0, 1).seen).containsExactly("1 two");
        assertThat(read(source, 1, 0).seen).containsExactly("0 three");
        assertFails(
                FileSource.of(store, "./c.txt", new TextLines()),
                0,
                "file: ./c.txt: does not exist (expected: a file that can be read)");
        assertThatThrownBy(() -> FileSource.of(store, "folder/", new TextLines()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path: \"folder/\" (expected: that of a file)");
    }

    @Test
    void namesFilesOfTheSameNameByTheirPaths() {
        FileSource<String> source =
                FileSource.of(List.of(Path.of("x", "a.txt"), Path.of("y", "a.txt")), new TextLines());

        assertThat(source.partitionName(0)).isEqualTo(Path.of("x", "a.txt").toString());
        assertThat(source.partitionName(1)).isEqualTo(Path.of("y", "a.txt").toString());
    }

    @Test
    void isBoundedAndCanBeReadAgain() {
        FileSource<String> source = FileSource.of(Path.of("a.txt"), new TextLines());

        assertThat(source.isBounded()).isTrue();
        assertThat(source.isReplayable()).isTrue();
        assertThat(source.partitions()).isEqualTo(1);
        assertThat(source.name()).isEqualTo("a.txt");
        assertThat(source.partitionName(0)).isEqualTo("a.txt");
    }

    @Test
    void recognizesGzipByNameAndByContent() throws IOException {
        Path named = gzip("a.txt.gz", "# lines\none\n");
        Path unnamed = gzip("b.txt", "# lines\ntwo\n");

        assertThat(read(FileSource.of(named, new TextLines()), 0, 0).seen).containsExactly("0 one");
        assertThat(read(FileSource.of(unnamed, new TextLines()), 0, 0).seen).containsExactly("0 two");
    }

    @Test
    void saysWhereAGzipFileIsTruncated() throws IOException {
        String lines = "# lines\n" + "0123456789 and some more\n".repeat(100_000);
        Path file = gzip("a.txt.gz", lines);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 20));

        Read read = new Read();
        try (SourceReader<String> reader = FileSource.of(file, new TextLines()).open(0, 0)) {
            assertThatThrownBy(() -> {
                        while (reader.poll(1000, read) != Status.END) {
                            assertThat(read.seen).hasSizeLessThan(100_000);
                        }
                    })
                    .isInstanceOf(SourceException.class)
                    .hasMessageMatching(
                            "a\\.txt\\.gz: after line \\d+: gzip: ends too early \\(expected: a complete file\\)")
                    .hasMessageContaining("line " + (read.seen.size() + 1) + ":")
                    .satisfies(
                            e -> assertThat(((SourceException) e).isRetryable()).isFalse());
        }
    }

    @Test
    void saysThatAFileNamedGzipIsNone() throws IOException {
        Path file = write("a.txt.gz", "one");

        assertFails(
                FileSource.of(file, new TextLines()),
                0,
                "a.txt.gz: gzip: does not begin like a gzip file (expected: an undamaged file)");
    }

    @Test
    void saysThatAFileIsMissingWhenItIsOpened() {
        FileSource<String> source = FileSource.of(folder.resolve("none.txt"), new TextLines());

        assertFails(
                source,
                0,
                "file: " + folder.resolve("none.txt") + ": does not exist (expected: a file that can be read)");
    }

    @Test
    void saysThatAFileIsAFolder() {
        assertFails(
                FileSource.of(folder, new TextLines()),
                0,
                "file: " + folder + ": Is a directory (expected: a file that can be read)");
    }

    @Test
    void saysThatAHeaderIsWrong() throws IOException {
        Path file = folder.resolve("a.txt");
        Files.writeString(file, "# words\none\n");

        assertFails(FileSource.of(file, new TextLines()), 0, "a.txt: line 1: # words (expected: # lines)");
    }

    @Test
    void refusesNoFileAndTheSameFileTwice() {
        assertThatThrownBy(() -> FileSource.of(List.of(), new TextLines()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("paths: none (expected: at least one)");
        assertThatThrownBy(() -> FileSource.of(List.of(Path.of("a"), Path.of("a")), new TextLines()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path: a (expected: each file once)");
        assertThatThrownBy(() -> FileSource.of(Path.of("/"), new TextLines()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path: / (expected: a file of the default file system; see FileStore for others)");
    }

    @Test
    void crossesTheWire() throws Exception {
        FileSource<String> source = FileSource.of(write("a.txt", "one"), new TextLines());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(source);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            FileSource<String> copy = (FileSource<String>) in.readObject();

            assertThat(read(copy, 0, 0).seen).containsExactly("0 one");
        }
    }

    private static void assertFails(FileSource<String> source, long position, String message) {
        assertThatThrownBy(() -> source.open(0, position).close())
                .isInstanceOf(SourceException.class)
                .hasMessage(message)
                .satisfies(e -> assertThat(((SourceException) e).isRetryable()).isFalse());
    }

    private Path write(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, TextLines.HEADER + "\n" + String.join("\n", lines) + "\n");
        return file;
    }

    private Path gzip(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    private static Read read(FileSource<String> source, int partition, long position) {
        Read read = new Read();
        try (SourceReader<String> reader = source.open(partition, position)) {
            while (reader.poll(2, read) != Status.END) {
                assertThat(read.seen).hasSizeLessThan(1_000_000);
            }
        }
        return read;
    }

    private static final class Read implements SourceReader.Collector<String> {
        final List<String> seen = new ArrayList<>();
        final List<Long> logTimes = new ArrayList<>();
        final List<String> originals = new ArrayList<>();

        @Override
        public void record(long offset, long logNanos, String value, byte @Nullable [] original) {
            add(offset, logNanos, value, original);
        }

        @Override
        public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
            add(offset, logNanos, "malformed: " + error.getMessage(), original);
        }

        private void add(long offset, long logNanos, String text, byte @Nullable [] original) {
            seen.add(offset + " " + text);
            logTimes.add(logNanos);
            originals.add(original == null ? "" : new String(original, StandardCharsets.UTF_8));
        }
    }
}
