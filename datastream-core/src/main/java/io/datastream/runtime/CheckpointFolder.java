package io.datastream.runtime;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The last checkpoint of a pipeline, as a file that is replaced as a whole. A checksum at its end tells a file that was
 * cut off.
 */
final class CheckpointFolder {
    private final Path file;

    CheckpointFolder(Path folder, String pipeline) {
        this.file = folder.resolve(pipeline + ".checkpoint");
    }

    void write(Checkpoint checkpoint) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                CheckedOutputStream checked = new CheckedOutputStream(
                        new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel), 1 << 16),
                        new CRC32());
                DataOutputStream out = new DataOutputStream(checked);
                checkpoint.write(out);
                out.flush();
                out.writeLong(checked.getChecksum().getValue());
                out.flush();
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + file + ": cannot be written", e);
        }
    }

    @Nullable
    Checkpoint read() {
        if (!Files.exists(file)) {
            return null;
        }
        try (CheckedInputStream checked =
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16), new CRC32())) {
            DataInputStream in = new DataInputStream(checked);
            Checkpoint checkpoint = Checkpoint.read(in);
            long sum = checked.getChecksum().getValue();
            if (in.readLong() != sum) {
                throw new IOException("checksum differs (expected: the file as it was written)");
            }
            return checkpoint;
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(
                    "checkpoint " + file + ": cannot be read: " + e
                            + " (expected: a file written by this version; delete it to start from the beginning)",
                    e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + file + ": cannot be deleted", e);
        }
    }
}
