package io.datastream.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.TextLines;
import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import io.datastream.source.SourceReader.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceTest {
    @TempDir
    Path root;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(root.resolve("in"));
    }

    @Test
    void readsFilesAsTheyAppear() throws IOException {
        put("b.txt", "three", "four");
        put("a.txt", "one", "two");
        put("other.csv", "none");
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().open(0, 0)) {
            assertThat(seen.readAll(reader)).isEqualTo(Status.CAUGHT_UP);
            assertThat(seen.texts).containsExactly("one", "two", "three", "four");
            put("a-too-late.txt", "five");
            assertThat(seen.readAll(reader)).isEqualTo(Status.CAUGHT_UP);
        }
        assertThat(seen.texts).containsExactly("one", "two", "three", "four", "five");
        assertThat(seen.offsets).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(Seen.of(source(), 0).texts).as("read again").isEqualTo(seen.texts);
    }

    @Test
    void goesOnAfterEachRecord() throws IOException {
        put("a.txt", "one", "!two");
        put("b.txt", "three");
        assertThat(Seen.of(source(), 0).texts).hasSize(3);
        put("0.txt", "four", "five");
        Seen all = Seen.of(source(), 0);
        assertThat(all.texts).hasSize(5);
        for (int position = 0; position <= 5; position++) {
            Seen rest = Seen.of(source(), position);
            assertThat(rest.texts).isEqualTo(all.texts.subList(position, 5));
            assertThat(rest.offsets).isEqualTo(all.offsets.subList(position, 5));
        }
    }

    @Test
    void endsWhenAllHasBeenReadThatIsThere() throws IOException {
        put("a.txt", "one");
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().once().open(0, 0)) {
            assertThat(seen.readAll(reader)).isEqualTo(Status.END);
        }
        assertThat(seen.texts).containsExactly("one");
        assertThat(source().once().isBounded()).isTrue();
    }

    @Test
    void namesFileAndLineOfWhatItCannotDecode() throws IOException {
        put("a.txt", "one");
        put("b.txt", "!two", "three");

        assertThat(Seen.of(source(), 0).texts).containsExactly("one", "malformed: b.txt: line 2: bad", "three");
    }

    @Test
    void readsNoFileAgainThatIsRenamedOrReplacedByItsCopy() throws IOException {
        put("a.txt", "one");
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().open(0, 0)) {
            seen.readAll(reader);
            Files.move(folder.resolve("a.txt"), folder.resolve("b.txt"));
            seen.readAll(reader);
            Files.copy(folder.resolve("b.txt"), root.resolve("copy"));
            Files.move(root.resolve("copy"), folder.resolve("b.txt"), StandardCopyOption.REPLACE_EXISTING);
            seen.readAll(reader);
        }
        assertThat(seen.texts).containsExactly("one");
        assertThat(Seen.of(source(), seen.position()).texts).isEmpty();
    }

    @Test
    void readsAFileThatIsReplacedByAnother() throws IOException {
        put("a.txt", "one");
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().open(0, 0)) {
            seen.readAll(reader);
            Files.writeString(root.resolve("other"), TextLines.HEADER + "\ntwo\n");
            Files.move(root.resolve("other"), folder.resolve("a.txt"), StandardCopyOption.REPLACE_EXISTING);
            seen.readAll(reader);
        }
        assertThat(seen.texts).containsExactly("one", "two");
    }

    @Test
    void refusesAFileThatGrowsAfterItWasRead() throws IOException {
        put("a.txt", "one");
        Seen seen = Seen.of(source(), 0);
        long size = Files.size(folder.resolve("a.txt"));
        Files.writeString(folder.resolve("a.txt"), "two\n", StandardOpenOption.APPEND);
        Files.setLastModifiedTime(folder.resolve("a.txt"), FileTime.fromMillis(1));

        assertThatThrownBy(() -> Seen.of(source(), seen.position()))
                .isInstanceOf(SourceException.class)
                .hasMessage(folder.resolve("a.txt") + ": has " + (size + 4) + " bytes (expected: " + size
                        + ", as when it was read to its end; see TailSource for files that grow)");
    }

    @Test
    void goesOnWithoutFilesThatWereReadAndAreGone() throws IOException {
        put("a.txt", "one", "two");
        put("b.txt", "three");
        Seen seen = Seen.of(source(), 0);
        Files.delete(folder.resolve("a.txt"));

        assertThat(Seen.of(source(), 2).texts).containsExactly("three");
        assertThatThrownBy(() -> Seen.of(source(), 1))
                .isInstanceOf(SourceException.class)
                .hasMessage(folder.resolve("a.txt") + ": is gone (expected: a file that is kept until it has been read"
                        + " and that is committed; position 1 is in it)");
        Files.delete(folder.resolve("b.txt"));
        put("c.txt", "four");
        assertThat(Seen.of(source(), seen.position()).texts).containsExactly("four");
    }

    @Test
    void refusesAFileThatWasChangedBeforeItIsReadAgain() throws IOException {
        put("a.txt", "one", "two");
        put("b.txt", "three");
        Seen.of(source(), 0);
        Files.writeString(folder.resolve("a.txt"), TextLines.HEADER + "\none\ntwo\nand more\n");

        assertThatThrownBy(() -> Seen.of(source(), 0))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("a.txt");
    }

    @Test
    void refusesAPositionThatTheJournalDoesNotKnow() throws IOException {
        put("a.txt", "one");
        Seen.of(source(), 0);

        assertThatThrownBy(() -> source().open(0, 7))
                .isInstanceOf(SourceException.class)
                .hasMessage("in/*.txt*: position 7 (expected: at most 1, where the journal " + root.resolve("journal")
                        + " ends; is it another one than before?)");
    }

    @Test
    void uncompressesFiles() throws IOException {
        byte[] content = (TextLines.HEADER + "\none\n").getBytes(UTF_8);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("a.txt.gz")))) {
            out.write(content);
        }
        try (OutputStream out = new DeflaterOutputStream(Files.newOutputStream(folder.resolve("b.txt.zz")))) {
            out.write(content);
        }
        assertThat(Seen.of(source().uncompressing(".zz", InflaterInputStream::new), 0).texts)
                .containsExactly("one", "one");
    }

    @Test
    void looksIntoFoldersWhereThePatternSaysSo() throws IOException {
        Files.createDirectories(folder.resolve("2026/01"));
        Files.createDirectories(folder.resolve(".hidden"));
        put("2026/01/a.txt", "one");
        put("2026/.b.txt", "not finished");
        put(".hidden/c.txt", "hidden");
        FolderSource<String> source = FolderSource.of(folder, "**.txt", new TextLines(), root.resolve("journal"));

        assertThat(Seen.of(source, 0).texts).containsExactly("one");
        assertThat(Seen.of(source(), 1).texts).isEmpty();
    }

    @Test
    void waitsUntilAFileIsQuiet() throws IOException {
        put("a.txt", "one");
        FolderSource<String> source = source().untilQuietFor(Duration.ofHours(1));
        Seen seen = new Seen();
        try (SourceReader<String> reader = source.open(0, 0)) {
            seen.readAll(reader);
            assertThat(seen.texts).isEmpty();
            FileTime twoHoursAgo = FileTime.from(Instant.now().minusSeconds(7_200));
            Files.setLastModifiedTime(folder.resolve("a.txt"), twoHoursAgo);
            seen.readAll(reader);
        }
        assertThat(seen.texts).containsExactly("one");
    }

    @Test
    void saysThatAFolderDoesNotExist() throws IOException {
        Files.delete(folder);

        assertThatThrownBy(() -> Seen.of(source(), 0))
                .isInstanceOf(SourceException.class)
                .hasMessage("folder: " + folder + ": does not exist (expected: a folder)");
    }

    private FolderSource<String> source() {
        return FolderSource.of(folder, "*.txt*", new TextLines(), root.resolve("journal"))
                .lookingEvery(Duration.ZERO);
    }

    /** As it should be done: under another name first. */
    private void put(String name, String... lines) throws IOException {
        Path unfinished = root.resolve("unfinished");
        Files.writeString(unfinished, TextLines.HEADER + "\n" + String.join("\n", lines) + "\n");
        Files.move(unfinished, folder.resolve(name));
    }
}
