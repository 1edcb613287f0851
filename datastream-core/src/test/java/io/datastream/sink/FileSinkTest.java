package io.datastream.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.TextLines;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
    @TempDir
    Path folder;

    @Test
    void showsTheFileOnlyWhenItIsComplete() throws IOException {
        Path file = folder.resolve("out.txt");
        try (SinkWriter<String> writer = open(file, null)) {
            writer.write(0, "one");
            writer.flush();
            assertThat(names()).containsExactly(".out.txt.inprogress");

            writer.write(1, "two");
            writer.complete();
        }

        assertThat(names()).containsExactly("out.txt");
        assertThat(file).hasContent("# lines\none\ntwo");
    }

    @Test
    void leavesTheHiddenFileWhenItIsClosedBeforeItIsComplete() throws IOException {
        try (SinkWriter<String> writer = open(folder.resolve("out.txt"), null)) {
            writer.write(0, "one");
            writer.flush();
            writer.write(0, "two");
        }

        assertThat(names()).containsExactly(".out.txt.inprogress");
        assertThat(folder.resolve(".out.txt.inprogress")).hasContent("# lines\none");
    }

    @Test
    void goesOnWhereTheLastCommitWas() throws IOException {
        Path file = folder.resolve("out.txt");
        byte[] snapshot;
        try (SinkWriter<String> writer = open(file, null)) {
            writer.write(0, "one");
            writer.flush();
            snapshot = writer.snapshot();
            writer.write(1, "written, but not committed");
            writer.flush();
        }
        try (SinkWriter<String> writer = open(file, snapshot)) {
            writer.write(1, "two");
            writer.complete();
        }

        assertThat(file).hasContent("# lines\none\ntwo");
    }

    @Test
    void beginsAgainWithoutACommit() throws IOException {
        Path file = folder.resolve("out.txt");
        try (SinkWriter<String> writer = open(file, null)) {
            writer.write(0, "never committed");
            writer.flush();
        }
        try (SinkWriter<String> writer = open(file, null)) {
            writer.complete();
        }

        assertThat(file).hasContent("# lines");
    }

    @Test
    void findsTheCompleteFileAfterACrashThatCameRightAfterIt() throws IOException {
        Path file = folder.resolve("out.txt");
        byte[] snapshot;
        try (SinkWriter<String> writer = open(file, null)) {
            writer.write(0, "one");
            writer.flush();
            snapshot = writer.snapshot();
            writer.complete();
        }
        try (SinkWriter<String> writer = open(file, snapshot)) {
            writer.complete();
        }

        assertThat(names()).containsExactly("out.txt");
        assertThat(file).hasContent("# lines\none");
    }

    @Test
    void replacesAnOlderFileInOneStep() throws IOException {
        Path file = folder.resolve("out.txt");
        Files.writeString(file, "old");
        try (SinkWriter<String> writer = open(file, null)) {
            writer.write(0, "new");
            writer.flush();
            assertThat(file).hasContent("old");
            writer.complete();
        }

        assertThat(file).hasContent("# lines\nnew");
    }

    @Test
    void writesAFileForEachOfSeveralTasks() throws IOException {
        FileSink<String> sink = FileSink.of(folder.resolve("out.2024.csv"), new TextLines());
        FileSink<String> compressed = FileSink.of(folder.resolve("out.csv.gz"), new TextLines());
        FileSink<String> bare = FileSink.of(folder.resolve("out"), new TextLines());
        for (int task = 0; task < 2; task++) {
            for (FileSink<String> each : List.of(sink, compressed, bare)) {
                try (SinkWriter<String> writer = each.open(new SinkContext("p", "s", task, 2, null))) {
                    writer.write(0, "task " + task);
                    writer.complete();
                }
            }
        }

        assertThat(names())
                .containsExactly("out-0", "out-0.csv.gz", "out-1", "out-1.csv.gz", "out.2024-0.csv", "out.2024-1.csv");
        assertThat(folder.resolve("out.2024-1.csv")).hasContent("# lines\ntask 1");
    }

    @Test
    void makesMissingFolders() throws IOException {
        Path file = folder.resolve("a/b/out.txt");
        try (SinkWriter<String> writer = open(file, null)) {
            writer.complete();
        }

        assertThat(file).exists();
    }

    @Test
    void compressesFilesWhoseNameSaysSo() throws IOException {
        Path file = folder.resolve("out.txt.gz");
        byte[] snapshot;
        try (SinkWriter<String> writer = open(file, null)) {
            writer.write(0, "one");
            writer.flush();
            snapshot = writer.snapshot();
            writer.write(0, "lost");
            writer.flush();
            writer.write(0, "lost as well");
        }
        try (SinkWriter<String> writer = open(file, snapshot)) {
            writer.write(0, "two");
            writer.complete();
        }

        assertThat(unzip(file)).isEqualTo("# lines\none\ntwo\n");
    }

    @Test
    void hasEverythingInCompleteMembersAtEachCommit() throws IOException {
        Path file = folder.resolve("out.txt.gz");
        try (SinkWriter<String> writer = open(file, null)) {
            for (int i = 0; i < 3; i++) {
                writer.write(0, "result " + i);
                writer.flush();
                writer.snapshot();
                assertThat(unzip(folder.resolve(".out.txt.gz.inprogress"))).endsWith("result " + i + "\n");
            }
        }
    }

    @Test
    void doesNotGrowWhenNothingIsWritten() throws IOException {
        try (SinkWriter<String> writer = open(folder.resolve("out.txt.gz"), null)) {
            writer.flush();
            byte[] first = writer.snapshot();
            writer.flush();

            assertThat(writer.snapshot()).isEqualTo(first);
        }
    }

    @Test
    void leavesNothingOfAValueThatCannotBeWritten() throws IOException {
        Path file = folder.resolve("out.txt");
        try (SinkWriter<String> writer = open(file, null)) {
            writer.write(0, "one");
            assertThatThrownBy(() -> writer.write(0, "!")).isInstanceOf(CodecException.class);
            writer.write(0, "two");
            writer.complete();
        }

        assertThat(file).hasContent("# lines\none\ntwo");
    }

    @Test
    void writesMoreThanItsBuffer() throws IOException {
        Path file = folder.resolve("out.txt");
        String large = "x".repeat(100_000);
        try (SinkWriter<String> writer = open(file, null)) {
            writer.write(0, "small");
            writer.write(0, large);
            writer.write(0, "small");
            writer.complete();
        }

        assertThat(Files.readString(file)).isEqualTo("# lines\nsmall\n" + large + "\nsmall\n");
    }

    @Test
    void refusesAFileShorterThanAtTheLastCommit() throws IOException {
        Path file = folder.resolve("out.txt");
        byte[] snapshot = committed(file);
        Files.writeString(folder.resolve(".out.txt.inprogress"), "");

        assertFails(
                file,
                1,
                snapshot,
                "file: " + file + ": .out.txt.inprogress has 0 bytes (expected: 12 or more, as at the last commit)");
    }

    @Test
    void refusesToGoOnWhenTheFileIsMissing() throws IOException {
        Path file = folder.resolve("out.txt");
        byte[] snapshot = committed(file);
        Files.delete(folder.resolve(".out.txt.inprogress"));

        assertFails(
                file,
                1,
                snapshot,
                "file: " + file + ": " + folder.resolve(".out.txt.inprogress")
                        + " is missing (expected: 12 bytes or more, as at the last commit)");
        Files.writeString(file, "another");
        assertFails(
                file,
                1,
                snapshot,
                "file: " + file
                        + ": 7 bytes, and .out.txt.inprogress is missing (expected: 12 bytes, as at the last commit)");
    }

    @Test
    void refusesAnotherNumberOfTasksThanAtTheLastCommit() throws IOException {
        Path file = folder.resolve("out.txt");
        byte[] snapshot = committed(file);

        assertFails(
                file,
                2,
                snapshot,
                "file: " + folder.resolve("out-0.txt") + ": tasks: 2 (expected: 1, as at the last commit)");
    }

    @Test
    void refusesTheSnapshotOfSomethingElse() {
        Path file = folder.resolve("out.txt");

        assertFails(
                file,
                1,
                new byte[] {1, 2, 3},
                "file: " + file + ": snapshot of 3 bytes (expected: one of a file sink)");
    }

    @Test
    void refusesAFolder() {
        assertFails(folder, 1, null, "file: " + folder + ": is a folder");
    }

    @Test
    void refusesAPathWithoutFileName() {
        assertThatThrownBy(() -> FileSink.of(Path.of("/"), new TextLines()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path: / (expected: a file of the default file system)");
    }

    @Test
    void completesOnlyOnce() {
        try (SinkWriter<String> writer = open(folder.resolve("out.txt"), null)) {
            writer.complete();
            assertThatThrownBy(writer::complete)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("complete: after the end (expected: once, before close)");
        }
    }

    @Test
    void crossesTheWire() throws Exception {
        FileSink<String> sink = FileSink.of(folder.resolve("out.txt"), new TextLines());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(sink);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            FileSink<String> copy = (FileSink<String>) in.readObject();
            assertThat(copy.name()).isEqualTo("out.txt");
            assertThat(copy.guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
            copy.open(new SinkContext("p", "s", 0, 1, null)).close();
        }
    }

    private byte[] committed(Path file) {
        try (SinkWriter<String> writer = open(file, null)) {
            writer.write(0, "one");
            writer.flush();
            return writer.snapshot();
        }
    }

    private static void assertFails(Path file, int tasks, byte @Nullable [] snapshot, String message) {
        FileSink<String> sink = FileSink.of(file, new TextLines());
        assertThatThrownBy(() -> sink.open(new SinkContext("p", "s", 0, tasks, snapshot)))
                .isInstanceOf(SinkException.class)
                .hasMessage(message)
                .satisfies(e -> assertThat(((SinkException) e).isRetryable()).isFalse());
    }

    private static SinkWriter<String> open(Path file, byte @Nullable [] snapshot) {
        return FileSink.of(file, new TextLines()).open(new SinkContext("p", "s", 0, 1, snapshot));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }

    private static String unzip(Path file) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
