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
import java.nio.file.StandardOpenOption;

/**
 * Writes one file, of which a snapshot is the length, and the number of records.
 *
 * <p>Invariant: what lies before the length of the last snapshot is on the disk and is never changed again; what lies
 * behind it may be lost or half written, and is cut off by the next {@code open} with that snapshot.
 */
final class FileSinkWriter<T> implements SinkWriter<T> {
    private static final byte SNAPSHOT_VERSION = 2;
    private static final int SNAPSHOT_BYTES = 1 + Integer.BYTES + 2 * Long.BYTES;

    private final Path file;
    private final Path inProgress;
    private final int tasks;
    private final TaskLock lock;
    private final Journal<T> journal;
    private final FileSinkOutput out;
    private final RecordWriter<T> records;
    private long count;
    private boolean closed;

    private FileSinkWriter(
            Path file,
            Path inProgress,
            int tasks,
            TaskLock lock,
            Journal<T> journal,
            FileSinkOutput out,
            RecordWriter<T> records,
            long count) {
        this.file = file;
        this.inProgress = inProgress;
        this.tasks = tasks;
        this.lock = lock;
        this.journal = journal;
        this.out = out;
        this.records = records;
        this.count = count;
    }

    static <T> FileSinkWriter<T> open(Path file, FileFormat<T> format, SinkContext context) {
        try {
            Files.createDirectories(folder(file));
            if (Files.isDirectory(file)) {
                throw new IOException("is a folder");
            }
            TaskLock lock = TaskLock.take(folder(file), String.valueOf(file.getFileName()));
            try {
                return open(file, new Journal<>(format), context, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static <T> FileSinkWriter<T> open(Path file, Journal<T> journal, SinkContext context, TaskLock lock)
            throws IOException {
        Path inProgress = file.resolveSibling("." + file.getFileName() + ".inprogress");
        byte[] restored = context.restored();
        long length = 0;
        long count = 0;
        if (restored != null) {
            ByteBuffer snapshot = snapshot(restored, context.tasks());
            length = snapshot.getLong();
            count = snapshot.getLong();
            length = find(file, inProgress, journal, length, count);
        }
        FileSinkOutput out =
                FileSinkOutput.open(inProgress, length, file.toString().endsWith(".gz"));
        try {
            force(folder(file));
            RecordWriter<T> records = journal.format().writer(out, length > 0);
            return new FileSinkWriter<>(file, inProgress, context.tasks(), lock, journal, out, records, count);
        } catch (IOException | RuntimeException e) {
            out.discard();
            throw e;
        }
    }

    /** Where to go on; after a crash between the last rename and the pipeline's own end, the file is taken back. */
    private static <T> long find(Path file, Path inProgress, Journal<T> journal, long length, long count)
            throws IOException {
        if (!Files.exists(inProgress)) {
            if (!Files.exists(file)) {
                throw new NoSuchFileException(
                        inProgress + " is missing (expected: " + length + " bytes or more, as at the last commit)");
            }
            return journal.takeBack(file, inProgress, length, count);
        }
        if (Files.size(inProgress) < length) {
            throw new IOException(inProgress.getFileName() + " has " + Files.size(inProgress) + " bytes (expected: "
                    + length + " or more, as at the last commit)");
        }
        return length;
    }

    private static ByteBuffer snapshot(byte[] restored, int tasks) throws IOException {
        if (restored.length != SNAPSHOT_BYTES || restored[0] != SNAPSHOT_VERSION) {
            throw new IOException("snapshot of " + restored.length + " bytes (expected: one of a file sink)");
        }
        ByteBuffer snapshot = ByteBuffer.wrap(restored, 1, SNAPSHOT_BYTES - 1);
        int before = snapshot.getInt();
        if (before != tasks) {
            throw new IOException("tasks: " + tasks + " (expected: " + before + ", as at the last commit)");
        }
        return snapshot;
    }

    @Override
    public void write(long time, T value) {
        try {
            records.write(value);
            count++;
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
                .putLong(count)
                .array();
    }

    @Override
    public void complete() {
        if (closed) {
            throw new IllegalStateException("complete: after the end (expected: once, before close)");
        }
        closed = true;
        try (lock) {
            records.close();
            journal.finish(inProgress, file);
            lock.delete();
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
        try (lock) {
            out.discard();
            records.close();
        } catch (IOException e) {
            throw failed(inProgress, e);
        }
    }

    static Path folder(Path file) {
        Path folder = file.getParent();
        return folder == null ? file.getRoot() : folder;
    }

    /** Makes new names in a folder last, where the system has an operation for it: Windows does so by itself. */
    static void force(Path folder) throws IOException {
        if (File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static SinkException failed(Path file, IOException e) {
        return failed(file.toString(), e);
    }

    static SinkException failed(String file, IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return SinkException.fatal("file: " + file + ": " + message, e);
    }
}
