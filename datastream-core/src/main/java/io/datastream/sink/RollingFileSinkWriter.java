package io.datastream.sink;

import io.datastream.codec.FileFormat;
import io.datastream.codec.FileFormat.RecordWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private static final byte SNAPSHOT_VERSION = 2;
    private static final byte WITHOUT_SEGMENTS = 1;

    private final String folder;
    private final RollingFiles names;
    private final RollingStore files;
    private final FileFormat<T> format;
    private final Limits limits;
    private final int tasks;
    private final TreeMap<Long, Open<T>> open = new TreeMap<>();
    private final Map<RollingPart, Progress> complete = new LinkedHashMap<>();
    private long nextNumber;
    private boolean closed;

    private RollingFileSinkWriter(
            String folder, RollingFiles names, RollingStore files, FileFormat<T> format, Limits limits, int tasks) {
        this.folder = folder;
        this.names = names;
        this.files = files;
        this.format = format;
        this.limits = limits;
        this.tasks = tasks;
    }

    /**
     * Takes the files of a task.
     *
     * @param folder where they are, for errors
     * @param format what is written until a file is complete
     */
    static <T> RollingFileSinkWriter<T> open(
            String folder,
            RollingFiles names,
            RollingStore files,
            FileFormat<T> format,
            SinkContext context,
            Limits limits)
            throws IOException {
        RollingFileSinkWriter<T> writer =
                new RollingFileSinkWriter<>(folder, names, files, format, limits, context.tasks());
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
    }

    private void begin(byte @Nullable [] restored) throws IOException {
        if (restored == null) {
            files.deleteAllBut(Map.of());
            nextNumber = files.nextNumber();
        } else {
            restore(restored);
        }
    }

    private void restore(byte[] restored) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(restored));
        byte version = in.readByte();
        if (version != SNAPSHOT_VERSION && version != WITHOUT_SEGMENTS) {
            throw new IOException("snapshot of version " + version + " (expected: " + SNAPSHOT_VERSION + ")");
        }
        int before = in.readInt();
        if (before != tasks) {
            throw new IOException("tasks: " + tasks + " (expected: " + before + ", as at the last commit)");
        }
        nextNumber = in.readLong();
        for (int count = in.readInt(); count > 0; count--) {
            RollingPart part = new RollingPart(in.readLong(), in.readLong());
            complete.put(part, version == WITHOUT_SEGMENTS ? Progress.NONE : Progress.readFrom(in));
        }
        Map<RollingPart, Progress> known = new HashMap<>(complete);
        for (int count = in.readInt(); count > 0; count--) {
            RollingPart part = new RollingPart(in.readLong(), in.readLong());
            Progress progress =
                    version == WITHOUT_SEGMENTS ? new Progress(in.readLong(), List.of()) : Progress.readFrom(in);
            known.put(part, progress);
            GrowingFile file = files.resume(part, progress);
            if (file != null) {
                open.put(part.periodStart(), begin(part, file));
            }
        }
        files.deleteAllBut(known);
        publishComplete();
    }

    private Open<T> begin(RollingPart part, GrowingFile file) throws IOException {
        FileSinkOutput out = new FileSinkOutput(file, names.isCompressed());
        try {
            return new Open<>(part, out, format.writer(out, out.length() > 0));
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
            throw FileSinkWriter.failed(folder, e);
        }
    }

    private Open<T> fileFor(long periodStart) throws IOException {
        Open<T> known = open.get(periodStart);
        if (known != null) {
            return known;
        }
        RollingPart part = new RollingPart(periodStart, nextNumber++);
        Open<T> begun = begin(part, files.begin(part));
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
        complete.put(file.part, file.out.progress());
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
            files.sync();
        } catch (IOException e) {
            throw FileSinkWriter.failed(folder, e);
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
            for (Map.Entry<RollingPart, Progress> file : complete.entrySet()) {
                write(snapshot, file.getKey(), file.getValue());
            }
            snapshot.writeInt(open.size());
            for (Open<T> file : open.values()) {
                write(snapshot, file.part, file.out.progress());
            }
        } catch (IOException e) {
            throw FileSinkWriter.failed(folder, e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream snapshot, RollingPart part, Progress progress) throws IOException {
        snapshot.writeLong(part.periodStart());
        snapshot.writeLong(part.number());
        progress.writeTo(snapshot);
    }

    /** All that is complete is in the snapshot that was committed, as no result has come since. */
    @Override
    public void committed() {
        try {
            publishComplete();
        } catch (IOException e) {
            throw FileSinkWriter.failed(folder, e);
        }
    }

    private void publishComplete() throws IOException {
        for (Map.Entry<RollingPart, Progress> file : complete.entrySet()) {
            files.publish(file.getKey(), file.getValue());
        }
        if (!complete.isEmpty()) {
            files.sync();
            complete.clear();
        }
    }

    @Override
    public void complete() {
        if (closed) {
            throw new IllegalStateException("complete: after the end (expected: once, before close)");
        }
        closed = true;
        try (files) {
            for (Open<T> file : List.copyOf(open.values())) {
                finish(file);
            }
            publishComplete();
            files.end();
        } catch (IOException e) {
            throw FileSinkWriter.failed(folder, e);
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
            files.close();
        } catch (IOException e) {
            first = withMore(first, e);
        }
        if (first != null) {
            throw FileSinkWriter.failed(folder, first);
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
