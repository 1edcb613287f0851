package io.datastream.sink;

import io.datastream.codec.FileFormat.RecordWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of one task.
 *
 * <p>A file goes through three states: <b>open</b>, when it is written; <b>complete</b>, when its hidden file is closed; and
 * <b>published</b>, when it has its name. Invariants:
 *
 * <ul>
 *   <li>What lies before the length of an open file in the last snapshot is on the disk and never changed.
 *   <li>A file is published only if a snapshot that was committed says that it is complete, so that no crash makes the
 *       pipeline write it again.
 * </ul>
 */
final class RollingFileSinkWriter<T> implements SinkWriter<T> {
    private static final byte SNAPSHOT_VERSION = 1;

    private final RollingFiles files;
    private final Journal<T> journal;
    private final Limits limits;
    private final int tasks;
    private final TaskLock lock;
    private final TreeMap<Long, Open<T>> open = new TreeMap<>();
    private final List<RollingPart> complete = new ArrayList<>();
    private long nextNumber;
    private boolean closed;

    private RollingFileSinkWriter(RollingFiles files, Journal<T> journal, Limits limits, int tasks, TaskLock lock) {
        this.files = files;
        this.journal = journal;
        this.limits = limits;
        this.tasks = tasks;
        this.lock = lock;
    }

    static <T> RollingFileSinkWriter<T> open(
            RollingFiles files, Journal<T> journal, SinkContext context, Limits limits) {
        try {
            Files.createDirectories(files.folder());
            TaskLock lock = TaskLock.take(files.folder(), files.name());
            RollingFileSinkWriter<T> writer =
                    new RollingFileSinkWriter<>(files, journal, limits, context.tasks(), lock);
            try {
                writer.begin(context.restored());
                return writer;
            } catch (IOException | RuntimeException e) {
                try {
                    writer.close();
                } catch (SinkException more) {
                    e.addSuppressed(more);
                }
                throw e;
            }
        } catch (IOException e) {
            throw FileSinkWriter.failed(files.folder(), e);
        }
    }

    private void begin(byte @Nullable [] restored) throws IOException {
        if (restored == null) {
            files.deleteAbandoned(Set.of());
            nextNumber = files.nextNumber();
        } else {
            restore(restored);
        }
    }

    private void restore(byte[] restored) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(restored));
        byte version = in.readByte();
        if (version != SNAPSHOT_VERSION) {
            throw new IOException("snapshot of version " + version + " (expected: " + SNAPSHOT_VERSION + ")");
        }
        int before = in.readInt();
        if (before != tasks) {
            throw new IOException("tasks: " + tasks + " (expected: " + before + ", as at the last commit)");
        }
        nextNumber = in.readLong();
        Set<Path> known = new HashSet<>();
        for (int count = in.readInt(); count > 0; count--) {
            RollingPart part = new RollingPart(in.readLong(), in.readLong());
            known.add(files.inProgress(part));
            complete.add(part);
        }
        for (int count = in.readInt(); count > 0; count--) {
            RollingPart part = new RollingPart(in.readLong(), in.readLong());
            long length = in.readLong();
            known.add(files.inProgress(part));
            goOn(part, length);
        }
        files.deleteAbandoned(known);
        publishComplete();
    }

    private void goOn(RollingPart part, long length) throws IOException {
        Path inProgress = files.inProgress(part);
        if (!Files.exists(inProgress) && Files.exists(files.file(part))) {
            return; // the pipeline crashed between its last commit, after which all is published, and its own end
        }
        long found = Files.exists(inProgress) ? Files.size(inProgress) : 0;
        if (found < length) {
            throw new IOException(inProgress.getFileName() + " has " + found + " bytes (expected: " + length
                    + " or more, as at the last commit)");
        }
        open.put(part.periodStart(), begin(part, length));
    }

    private Open<T> begin(RollingPart part, long length) throws IOException {
        FileSinkOutput out = FileSinkOutput.open(files.inProgress(part), length, files.isCompressed());
        try {
            return new Open<>(part, out, journal.format().writer(out, length > 0));
        } catch (IOException | RuntimeException e) {
            out.discard();
            throw e;
        }
    }

    @Override
    public void write(long time, T value) {
        try {
            Open<T> file = fileFor(limits.periodStart(time));
            file.records.write(value);
            if (file.out.position() >= limits.maxBytes()) {
                finish(file);
            }
        } catch (IOException e) {
            throw FileSinkWriter.failed(files.folder(), e);
        }
    }

    private Open<T> fileFor(long periodStart) throws IOException {
        Open<T> known = open.get(periodStart);
        if (known != null) {
            return known;
        }
        Open<T> begun = begin(new RollingPart(periodStart, nextNumber++), 0);
        open.put(periodStart, begun);
        if (open.size() > limits.openPeriods()) {
            Open<T> earliest = open.firstEntry().getValue();
            if (earliest != begun) {
                finish(earliest);
            } else if (open.size() > limits.openPeriods() + 1) {
                finish(open.higherEntry(periodStart).getValue());
            } // one late file stays open until the next commit, so that late results do not make a file each
        }
        return begun;
    }

    private void finish(Open<T> file) throws IOException {
        open.remove(file.part.periodStart());
        file.records.close();
        complete.add(file.part);
    }

    @Override
    public void flush() {
        try {
            while (open.size() > limits.openPeriods()) {
                finish(open.firstEntry().getValue());
            }
            for (Open<T> file : open.values()) {
                file.records.flush();
                file.out.sync();
            }
            FileSinkWriter.force(files.folder());
        } catch (IOException e) {
            throw FileSinkWriter.failed(files.folder(), e);
        }
    }

    @Override
    public byte[] snapshot() {
        flush();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream snapshot = new DataOutputStream(bytes)) {
            snapshot.writeByte(SNAPSHOT_VERSION);
            snapshot.writeInt(tasks);
            snapshot.writeLong(nextNumber);
            snapshot.writeInt(complete.size());
            for (RollingPart part : complete) {
                snapshot.writeLong(part.periodStart());
                snapshot.writeLong(part.number());
            }
            snapshot.writeInt(open.size());
            for (Open<T> file : open.values()) {
                snapshot.writeLong(file.part.periodStart());
                snapshot.writeLong(file.part.number());
                snapshot.writeLong(file.out.length());
            }
        } catch (IOException e) {
            throw FileSinkWriter.failed(files.folder(), e);
        }
        return bytes.toByteArray();
    }

    /** All that is complete is in the snapshot that was committed, as no result has come since. */
    @Override
    public void committed() {
        try {
            publishComplete();
        } catch (IOException e) {
            throw FileSinkWriter.failed(files.folder(), e);
        }
    }

    private void publishComplete() throws IOException {
        for (RollingPart part : complete) {
            Path inProgress = files.inProgress(part);
            Path file = files.file(part);
            // a crash may have come after some of the files, or between the new name and the end of the journal
            if (Files.exists(file)) {
                Files.deleteIfExists(inProgress);
            } else if (Files.exists(inProgress)) {
                journal.finish(inProgress, file);
            } // else it got its name before the crash, and has been taken away since
        }
        if (!complete.isEmpty()) {
            FileSinkWriter.force(files.folder());
            complete.clear();
        }
    }

    @Override
    public void complete() {
        if (closed) {
            throw new IllegalStateException("complete: after the end (expected: once, before close)");
        }
        closed = true;
        try (lock) {
            for (Open<T> file : List.copyOf(open.values())) {
                finish(file);
            }
            publishComplete();
            lock.delete();
        } catch (IOException e) {
            throw FileSinkWriter.failed(files.folder(), e);
        }
    }

    @Override
    public void close() {
        closed = true;
        IOException first = null;
        for (Open<T> file : open.values()) {
            try {
                file.out.discard();
                file.records.close();
            } catch (IOException e) {
                first = withMore(first, e);
            }
        }
        open.clear();
        try {
            lock.close();
        } catch (IOException e) {
            first = withMore(first, e);
        }
        if (first != null) {
            throw FileSinkWriter.failed(files.folder(), first);
        }
    }

    private static IOException withMore(@Nullable IOException first, IOException more) {
        if (first == null) {
            return more;
        }
        first.addSuppressed(more);
        return first;
    }

    /** A file that is being written. */
    private static final class Open<T> {
        private final RollingPart part;
        private final FileSinkOutput out;
        private final RecordWriter<T> records;

        Open(RollingPart part, FileSinkOutput out, RecordWriter<T> records) {
            this.part = part;
            this.out = out;
            this.records = records;
        }
    }

    /** When a file is complete; without periods {@code periodNanos} is 0. */
    record Limits(long maxBytes, long periodNanos, int openPeriods) {
        long periodStart(long time) {
            return periodNanos == 0 ? RollingPart.NO_PERIOD : time - Math.floorMod(time, periodNanos);
        }
    }
}
