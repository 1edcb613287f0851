package io.datastream.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import io.datastream.source.SourceReader.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailSourceTest {
    private static final Decoder<String> TEXT = bytes -> {
        String text = new String(bytes, UTF_8);
        if (text.startsWith("!")) {
            throw new CodecException("text: " + text + " (expected: no exclamation mark)");
        }
        return text;
    };

    @TempDir
    Path root;

    private Path folder;
    private long seconds = 1_700_000_000;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(root.resolve("logs"));
    }

    @Test
    void takesALineWhenItsEndIsThere() throws IOException {
        append("app.log", "the first line is here\nthe sec");
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().open(0, 0)) {
            assertThat(seen.readAll(reader)).isEqualTo(Status.CAUGHT_UP);
            assertThat(seen.texts).containsExactly("the first line is here");
            append("app.log", "ond one");
            seen.readAll(reader);
            assertThat(seen.texts).hasSize(1);
            append("app.log", "\r\n\n\nthe third\n");
            seen.readAll(reader);
        }
        assertThat(seen.texts).containsExactly("the first line is here", "the second one", "the third");
        assertThat(seen.originals).isEqualTo(seen.texts);
    }

    @Test
    void readsOnWhereAFileIsRenamedAndThenTheNewOne() throws IOException {
        append("app.log", "a line of the old file\n");
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().open(0, 0)) {
            seen.readAll(reader);
            append("app.log", "one that was not read yet\n");
            rename("app.log", "app.log.1");
            append("app.log.1", "one by a slow writer\n");
            append("app.log", "a line of the new file\n");
            seen.readAll(reader);
            append("app.log.1", "one by a very slow writer\n");
            seen.readAll(reader);
            append("app.log", "another of the new file\n");
            seen.readAll(reader);
        }
        assertThat(seen.texts)
                .containsExactly(
                        "a line of the old file",
                        "one that was not read yet",
                        "one by a slow writer",
                        "a line of the new file",
                        "one by a very slow writer",
                        "another of the new file");
        assertThat(Seen.of(source(), 0).texts).as("read again").isEqualTo(seen.texts);
    }

    @Test
    void readsAnOpenFileToItsEndThatIsRenamedOutOfThePattern() throws IOException {
        append("app.log", "a line of the old file\n");
        TailSource<String> source =
                TailSource.of(folder, "app.log", TEXT, root.resolve("journal")).lookingEvery(Duration.ZERO);
        Seen seen = new Seen();
        try (SourceReader<String> reader = source.open(0, 0)) {
            seen.readAll(reader);
            append("app.log", "one that was not read yet\n");
            rename("app.log", "app.log.1");
            append("app.log", "a line of the new file\n");
            seen.readAll(reader);
        }
        assertThat(seen.texts)
                .containsExactly("a line of the old file", "one that was not read yet", "a line of the new file");
    }

    @Test
    void goesOnInTheCopyOfAFileThatIsTruncated() throws IOException {
        append("app.log", "a line of the old content\n");
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().open(0, 0)) {
            seen.readAll(reader);
            copy("app.log", "app.log.1");
            seen.readAll(reader);
            append("app.log", "one that was not read yet\n");
            copy("app.log", "app.log.1");
            truncate("app.log");
            append("app.log", "new content\n");
            seen.readAll(reader);
            append("app.log", "more new content\n");
            seen.readAll(reader);
        }
        assertThat(seen.texts)
                .containsExactly(
                        "a line of the old content", "one that was not read yet", "new content", "more new content");
        assertThat(Seen.of(source(), 0).texts).as("read again").isEqualTo(seen.texts);
    }

    @Test
    void tellsATruncatedFileThatIsLongerAgain() throws IOException {
        append("app.log", "a line of the old content\n");
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().open(0, 0)) {
            seen.readAll(reader);
            copy("app.log", "app.log.1");
            truncate("app.log");
            append("app.log", "new content, which is much longer than the old one was\n");
            seen.readAll(reader);
        }
        assertThat(seen.texts)
                .containsExactly("a line of the old content", "new content, which is much longer than the old one was");
    }

    @Test
    void goesOnInAFileThatWasRotatedAndCompressedMeanwhile() throws IOException {
        append("app.log", "a line of the old file\n");
        Seen seen = Seen.of(source(), 0);
        append("app.log", "one that was not read yet\n");
        compress("app.log", "app.log.1.gz");
        append("app.log", "a line of the new file\n");

        Seen rest = Seen.of(source(), seen.position());

        assertThat(rest.texts).containsExactly("one that was not read yet", "a line of the new file");
        assertThat(Seen.of(source(), 0).texts)
                .as("read again")
                .containsExactly("a line of the old file", "one that was not read yet", "a line of the new file");
    }

    @Test
    void readsFilesOfAnyCompression() throws IOException {
        try (OutputStream out = new DeflaterOutputStream(Files.newOutputStream(folder.resolve("app.log.1.zz")))) {
            out.write("compressed by other means\n".getBytes(UTF_8));
        }
        assertThat(Seen.of(source().uncompressing(".zz", InflaterInputStream::new), 0).texts)
                .containsExactly("compressed by other means");
    }

    @Test
    void readsAFileForEachDay() throws IOException {
        append("app.log-2026-01-01", "a line of the first day\n");
        append("app.log-2026-01-02", "a line of the second day\n");
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().open(0, 0)) {
            seen.readAll(reader);
            append("app.log-2026-01-03", "a line of the third day\n");
            seen.readAll(reader);
        }
        assertThat(seen.texts)
                .containsExactly("a line of the first day", "a line of the second day", "a line of the third day");
    }

    @Test
    void goesOnAfterEachLineInTheSameOrder() throws IOException {
        Seen seen = new Seen();
        try (SourceReader<String> reader = source().open(0, 0)) {
            for (int i = 0; i < 5; i++) {
                append("app.log.a", "line " + i + " of the first service\n");
                seen.readAll(reader);
                append("app.log.b", "line " + i + " of the second service\n");
                seen.readAll(reader);
            }
        }
        assertThat(seen.texts).hasSize(10);
        for (int i = 0; i < seen.texts.size(); i++) {
            Seen rest = Seen.of(source(), seen.offsets.get(i) + 1);
            assertThat(rest.texts).isEqualTo(seen.texts.subList(i + 1, seen.texts.size()));
            assertThat(rest.offsets).isEqualTo(seen.offsets.subList(i + 1, seen.texts.size()));
        }
    }

    @Test
    void namesFileAndLineOfWhatItCannotDecode() throws IOException {
        append("app.log", "the first line\n\n!bad\nthe fourth\n!bad too\n");

        Seen seen = Seen.of(source(), 0);

        assertThat(seen.texts)
                .containsExactly(
                        "the first line",
                        "malformed: app.log: line 3: text: !bad (expected: no exclamation mark)",
                        "the fourth",
                        "malformed: app.log: line 5: text: !bad too (expected: no exclamation mark)");
        assertThat(Seen.of(source(), seen.offsets.get(2) + 1).texts).isEqualTo(seen.texts.subList(3, 4));
        assertThat(seen.originals).contains("!bad", "!bad too");
    }

    @Test
    void passesOverALineThatIsTooLong() throws IOException {
        append("app.log", "short\n" + "long".repeat(100) + "\n" + "x".repeat(20) + "\nshort too\n");

        assertThat(Seen.of(source().withMaxLineBytes(20), 0).texts)
                .containsExactly(
                        "short",
                        "malformed: app.log: line 2: longer than 20 bytes (expected: a shorter one; see withMaxLineBytes)",
                        "x".repeat(20),
                        "short too");
    }

    @Test
    void passesOverTheHeaderOfEachFile() throws IOException {
        append("app.log.1", "time,sensor,value\n1,a,20\n");
        append("app.log", "time,sensor,value\n2,a,21\n");

        assertThat(Seen.of(source().withHeaderLine().withFingerprintBytes(20), 0).texts)
                .containsExactly("1,a,20", "2,a,21");
    }

    @Test
    void saysWhichFileIsGoneThatMustBeReadAgain() throws IOException {
        append("app.log.1", "a line of the first file\n");
        append("app.log", "a line of the second file\n");
        Seen seen = Seen.of(source(), 0);
        Files.delete(folder.resolve("app.log.1"));

        assertThat(Seen.of(source(), seen.offsets.get(0) + 1).texts).containsExactly("a line of the second file");
        assertThatThrownBy(() -> Seen.of(source(), 0))
                .isInstanceOf(SourceException.class)
                .hasMessage(folder + "/app.log.1: is gone (expected: a file that is kept as long as a pipeline must go"
                        + " back to it; position 0 is its byte 0)");
    }

    @Test
    void goesOnWithOtherFilesWhenTheOneItReadIsGone() throws IOException {
        append("app.log.1", "a line of the first file\n");
        Seen seen = Seen.of(source(), 0);
        Files.delete(folder.resolve("app.log.1"));
        append("app.log", "a line of the second file\n");

        assertThat(Seen.of(source(), seen.position()).texts).containsExactly("a line of the second file");
    }

    @Test
    void refusesAPositionThatTheJournalDoesNotKnow() {
        assertThatThrownBy(() -> source().open(0, 7))
                .isInstanceOf(SourceException.class)
                .hasMessage("logs/app.log*: position 7 (expected: 0, because there is nothing in the journal "
                        + root.resolve("journal") + "; is it another one than before?)");
    }

    @Test
    void saysThatAJournalIsInUse() throws IOException {
        append("app.log", "a line\n");
        try (SourceReader<String> reader = source().open(0, 0)) {
            assertThat(reader.poll(1, new Seen())).isEqualTo(Status.MORE);
            assertThatThrownBy(() -> source().open(0, 0))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("is open in this process");
        }
    }

    @Test
    void saysThatAFolderDoesNotExist() throws IOException {
        Files.delete(folder);

        assertThatThrownBy(() -> Seen.of(source(), 0))
                .isInstanceOf(SourceException.class)
                .hasMessage("folder: " + folder + ": does not exist (expected: a folder)");
    }

    @Test
    void refusesWrongArguments() {
        List.<Runnable>of(
                        () -> TailSource.of(folder, "", TEXT, root),
                        () -> TailSource.of(folder, "/app.log", TEXT, root),
                        () -> source().withMaxLineBytes(0),
                        () -> source().withFingerprintBytes(15),
                        () -> source().lookingEvery(Duration.ofMillis(-1)),
                        () -> source().uncompressing("", InflaterInputStream::new))
                .forEach(call -> assertThatThrownBy(call::run)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("(expected: "));
    }

    private TailSource<String> source() {
        return TailSource.of(folder, "app.log*", TEXT, root.resolve("journal"))
                .lookingEvery(Duration.ZERO)
                .withFingerprintBytes(16);
    }

    private void append(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        touch(name);
    }

    private void touch(String name) throws IOException {
        Files.setLastModifiedTime(folder.resolve(name), FileTime.fromMillis(seconds++ * 1_000));
    }

    private void rename(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to));
    }

    private void copy(String from, String to) throws IOException {
        Files.deleteIfExists(folder.resolve(to));
        Files.copy(folder.resolve(from), folder.resolve(to));
        touch(to);
    }

    private void truncate(String name) throws IOException {
        Files.write(folder.resolve(name), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        touch(name);
    }

    private void compress(String from, String to) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(to)))) {
            Files.copy(folder.resolve(from), out);
        }
        touch(to);
        Files.delete(folder.resolve(from));
    }
}
