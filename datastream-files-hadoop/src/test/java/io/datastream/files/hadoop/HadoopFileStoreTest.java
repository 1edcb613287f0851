package io.datastream.files.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.file.FileStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link FileStore} says, on Hadoop's own view of the local disk; {@code HadoopFileStoreIT} has it on HDFS. */
class HadoopFileStoreTest {
    @TempDir
    Path temporary;

    private final FileStore store = HadoopFileStore.create().withOption("dfs.replication", "1");

    /** An empty folder, which need not be there yet. */
    String folder() {
        return temporary.toUri() + "folder";
    }

    @Test
    void readsWhatWasWrittenFromAnyPosition() throws IOException {
        write("a", "0123456789");
        try (SeekableByteChannel file = store.open(folder() + "/a")) {
            assertThat(file.size()).isEqualTo(10);
            ByteBuffer direct = ByteBuffer.allocateDirect(3);
            file.position(4).read(direct);
            assertThat(StandardCharsets.US_ASCII.decode(direct.flip()).toString())
                    .isEqualTo("456");
            assertThat(file.position()).isEqualTo(7);
            ByteBuffer bytes = ByteBuffer.allocate(5);
            file.position(1).read(bytes);
            assertThat(new String(bytes.array(), StandardCharsets.US_ASCII)).isEqualTo("12345");
            assertThat(file.position(10).read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void listsTheFilesOfAFolder() throws IOException {
        assertThat(store.list(folder())).isEmpty();
        write("a", "1");
        write(".b", "2");
        write("sub/c", "3");
        assertThat(store.list(folder())).containsExactlyInAnyOrder("a", ".b");
    }

    @Test
    void replacesAFileOfTheSameName() throws IOException {
        write("a", "one");
        write("a", "two");
        assertThat(read("a")).isEqualTo("two");
    }

    @Test
    void renamesAFile() throws IOException {
        write(".a", "one");
        store.rename(folder() + "/.a", folder() + "/a");
        assertThat(store.list(folder())).containsExactly("a");
        assertThat(read("a")).isEqualTo("one");
    }

    @Test
    void takesAFileThatHasTheNewNameForTheSame() throws IOException {
        write(".a", "same");
        write("a", "same");
        store.rename(folder() + "/.a", folder() + "/a");
        assertThat(store.list(folder())).containsExactly("a");
        assertThat(read("a")).isEqualTo("same");
    }

    @Test
    void saysThatAFileIsMissing() throws IOException {
        write("a", "one");
        assertThat(store.exists(folder() + "/a")).isTrue();
        assertThat(store.exists(folder() + "/b")).isFalse();
        assertThatThrownBy(() -> store.open(folder() + "/b"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(folder() + "/b");
        assertThatThrownBy(() -> store.rename(folder() + "/b", folder() + "/c"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(folder() + "/b");
    }

    @Test
    void deletesAFileOrNothing() throws IOException {
        write("a", "one");
        store.delete(folder() + "/a");
        store.delete(folder() + "/a");
        assertThat(store.list(folder())).isEmpty();
    }

    @Test
    void worksInAnotherProcessAndTellsNoOption() throws IOException, ClassNotFoundException {
        write("a", "one");
        HadoopFileStore secret = HadoopFileStore.create().withOption("fs.s3a.secret.key", "hush");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(secret);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((FileStore) in.readObject()).exists(folder() + "/a")).isTrue();
        }
        assertThat(secret.toString()).doesNotContain("hush");
    }

    private void write(String name, String text) throws IOException {
        try (OutputStream out = store.create(folder() + "/" + name)) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private String read(String name) throws IOException {
        try (SeekableByteChannel file = store.open(folder() + "/" + name)) {
            return new String(Channels.newInputStream(file).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
