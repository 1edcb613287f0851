package io.datastream.sink;

import io.datastream.codec.FileFormat;
import io.datastream.codec.FileFormat.RecordWriter;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes one file, of which a snapshot is the length.
 *
 * <p>Invariant: what lies before the length of the last snapshot is on the disk and is never changed again; what lies
 * behind it may be lost or half written, and is cut off by the next {@code open} with that snapshot.
 */
final class FileSinkWriter<T> implements SinkWriter<T> {
    private static final byte SNAPSHOT_VERSION = 1;
    private static final int SNAPSHOT_BYTES = 1 + Integer.BYTES + Long.BYTES;

    private final Path file;
    private final Path inProgress;
    private final int tasks;
    private final FileSinkOutput out;
    private final RecordWriter<T> records;
    private boolean closed;

    private FileSinkWriter(Path file, Path inProgress, int tasks, FileSinkOutput out, RecordWriter<T> records) {
        this.file = file;
        this.inProgress = inProgress;
        this.tasks = tasks;
        this.out = out;
        this.records = records;
    }

    static <T> FileSinkWriter<T> open(Path file, FileFormat<T> format, SinkContext context) {
        Path inProgress = file.resolveSibling("." + file.getFileName() + ".inprogress");
        byte[] restored = context.restored();
        try {
            Files.createDirectories(folder(file));
            if (Files.isDirectory(file)) {
                throw new IOException("is a folder");
            }
            long length = 0;
            if (restored != null) {
                length = length(restored, context.tasks());
                takeBackIfRenamed(file, inProgress, length);
            }
            FileSinkOutput out =
                    FileSinkOutput.open(inProgress, length, file.toString().endsWith(".gz"));
            try {
                force(folder(file));
                return new FileSinkWriter<>(file, inProgress, context.tasks(), out, format.writer(out, length > 0));
            } catch (IOException | RuntimeException e) {
                out.discard();
                throw e;
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** After a crash between the last rename and the pipeline's own end, what was to be written on is the file itself. */
    private static void takeBackIfRenamed(Path file, Path inProgress, long length) throws IOException {
        if (!Files.exists(inProgress)) {
            if (!Files.exists(file)) {
                throw new NoSuchFileException(
                        inProgress + " is missing (expected: " + length + " bytes or more, as at the last commit)");
            }
            if (Files.size(file) != length) {
                throw new IOException(Files.size(file) + " bytes, and " + inProgress.getFileName()
                        + " is missing (expected: " + length + " bytes, as at the last commit)");
            }
            Files.move(file, inProgress, StandardCopyOption.ATOMIC_MOVE);
        }
        if (Files.size(inProgress) < length) {
            throw new IOException(inProgress.getFileName() + " has " + Files.size(inProgress) + " bytes (expected: "
                    + length + " or more, as at the last commit)");
        }
    }

    private static long length(byte[] restored, int tasks) throws IOException {
        if (restored.length != SNAPSHOT_BYTES || restored[0] != SNAPSHOT_VERSION) {
            throw new IOException("snapshot of " + restored.length + " bytes (expected: one of a file sink)");
        }
        ByteBuffer snapshot = ByteBuffer.wrap(restored, 1, SNAPSHOT_BYTES - 1);
        int before = snapshot.getInt();
        if (before != tasks) {
            throw new IOException("tasks: " + tasks + " (expected: " + before + ", as at the last commit)");
        }
        return snapshot.getLong();
    }

    @Override
    public void write(long time, T value) {
        try {
            records.write(value);
        } catch (IOException e) {
            throw failed(inProgress, e);
        }
    }

    @Override
    public void flush() {
        try {
            records.flush();
            out.sync();
        } catch (IOException e) {
            throw failed(inProgress, e);
        }
    }

    @Override
    public byte[] snapshot() {
        flush();
        return ByteBuffer.allocate(SNAPSHOT_BYTES)
                .put(SNAPSHOT_VERSION)
                .putInt(tasks)
                .putLong(out.length())
                .array();
    }

    @Override
    public void complete() {
        if (closed) {
            throw new IllegalStateException("complete: after the end (expected: once, before close)");
        }
        closed = true;
        try {
            records.close();
            Files.move(inProgress, file, StandardCopyOption.ATOMIC_MOVE);
            force(folder(file));
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            out.discard();
            records.close();
        } catch (IOException e) {
            throw failed(inProgress, e);
        }
    }

    private static Path folder(Path file) {
        Path folder = file.getParent();
        return folder == null ? file.getRoot() : folder;
    }

    /** Makes new names in a folder last, where the system has an operation for it: Windows does so by itself. */
    private static void force(Path folder) throws IOException {
        if (File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static SinkException failed(Path file, IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return SinkException.fatal("file: " + file + ": " + message, e);
    }
}
