package io.datastream.log;

import io.datastream.codec.Decoder;
import io.datastream.source.ReadableSource;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable log in a folder of the local disk: in front of a source that cannot be read again, such as requests over HTTP.
 *
 * <pre>{@code
 * try (FileLog log = FileLog.open(Path.of("/var/lib/readings"))) {
 *     log.append(records, null);                                        // returns when they are on the disk
 *     Pipeline.from(log.source(codec).logTime())...
 * }
 * }</pre>
 *
 * <p>Entries are numbered by their offset, from 0. They lie in segment files, each named after its first offset. A batch
 * has one checksum, so it is there as a whole or not at all, also after a crash. {@link #append} returns when the disk has
 * confirmed the batch ({@code fsync}); callers that come meanwhile share the next confirmation, so many callers are not
 * slower than one. An interrupt does not end the wait.
 *
 * <p>When a log is opened, what a crash left unfinished at its end is cut off; it was never acknowledged. Damage before that
 * is refused with the file and the position. The last two segments are checked then, the others as they are read. A damage
 * of the batches that were written last before a crash cannot be told from an unfinished end.
 *
 * <p>After a full disk or another error of writing nothing is acknowledged that is not durable, and the log goes on as soon
 * as there is room.
 *
 * <p>The source has one partition and never ends; its positions are offsets, and the log's time of a record is that of
 * appending it. Position 0 means the first entry that is still there. It is read by pipelines of the same JVM while the log
 * is open. A pipeline with checkpoints goes on where it was; one without reads from the beginning at each start.
 */
public final class FileLog implements DurableLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileLog.class);

    /** The largest batch in bytes, with 4 for each record and some for itself. */
    public static final int LARGEST_BATCH = Frame.LARGEST;

    /** How much is written before the disk is asked to confirm. */
    private static final long GROUP_BYTES = 8 << 20;

    private static final ConcurrentHashMap<Path, FileLog> OPEN = new ConcurrentHashMap<>();

    private final Path folder;
    private final FileLogOptions options;
    private final FolderLock folderLock;
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private final Set<LogSourceReader<?>> readers = new HashSet<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    private final Map<String, Batch> waitingKeys = new HashMap<>();
    private final KeyMemory keys;
    private long waitingCount;
    private long waitingBytes;
    private boolean writing;
    private boolean closed;
    private @Nullable String failure;

    /** How far readers had come when the last one was closed; the beginning before the first one. */
    private long readBefore;

    /** The offset after the last durable entry. */
    private volatile long end;

    // owned by the thread that writes
    private @Nullable RandomAccessFile file;
    private boolean repair;
    private long segmentStarted;

    private FileLog(Path folder, FileLogOptions options, FolderLock folderLock) {
        this.folder = folder;
        this.options = options;
        this.folderLock = folderLock;
        this.keys = new KeyMemory(options.keys);
    }

    /** Opens a log with the default options, or begins one. */
    public static FileLog open(Path folder) {
        return open(folder, FileLogOptions.defaults());
    }

    /**
     * Opens the log of a folder, or begins one, and makes the folder if there is none.
     *
     * @throws LogException if it is open elsewhere, damaged, or cannot be read or written
     */
    public static FileLog open(Path folder, FileLogOptions options) {
        try {
            Path real = Files.createDirectories(folder).toRealPath();
            FolderLock folderLock = FolderLock.take(real);
            FileLog log = new FileLog(real, options, folderLock);
            try {
                log.recover();
                OPEN.put(real, log);
                return log;
            } catch (IOException | RuntimeException e) {
                try {
                    log.closeFiles();
                } catch (IOException closing) {
                    e.addSuppressed(closing);
                }
                throw e;
            }
        } catch (IOException e) {
            throw new LogException(
                    "log " + folder + ": cannot be opened: " + e + " (expected: a folder that can be read and written)",
                    e);
        }
    }

    /** The log of a folder that is open in this JVM. */
    static @Nullable FileLog openAt(Path folder) {
        return OPEN.get(folder);
    }

    // opening

    private void recover() throws IOException {
        long notBegun = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path path : files) {
                Long first = Segment.first(path);
                if (first != null) {
                    Segment segment = Segment.existing(path, first);
                    if (segment != null) {
                        segments.put(first, segment);
                    } else {
                        notBegun = Math.max(notBegun, first);
                    }
                }
            }
        }
        List<Segment> all = List.copyOf(segments.values());
        if (all.size() > 1) {
            recover(all.get(all.size() - 2), false);
            if (end != all.get(all.size() - 1).first) {
                Segment before = all.get(all.size() - 2);
                throw new LogException(
                        before.path + ": ends with offset " + (end - 1) + " (expected: "
                                + (all.get(all.size() - 1).first - 1) + ", before the next file; entries are missing)",
                        null);
            }
        }
        Segment last;
        if (all.isEmpty()) {
            last = Segment.create(folder, notBegun);
            segments.put(last.first, last);
            end = last.first;
        } else {
            last = all.get(all.size() - 1);
            recover(last, true);
        }
        file = new RandomAccessFile(last.path.toFile(), "rw");
        segmentStarted = now();
        readBefore = start();
        if (!all.isEmpty()) {
            LOG.info("log {}: offsets {} to {}", folder, start(), end - 1);
        }
    }

    /** Checks a segment, and cuts off what is unfinished at the end of the last one. */
    private void recover(Segment segment, boolean isLast) throws IOException {
        long offset = segment.first;
        end = offset;
        try (SegmentReader reader = new SegmentReader(segment)) {
            long size = segment.durable;
            while (reader.position() < size) {
                long place = reader.position();
                Frame frame = reader.next(size);
                if (frame != null && frame.offset() == offset) {
                    offset += frame.count();
                    end = offset;
                    segment.newest = frame.time();
                    remember(frame);
                    continue;
                }
                if (!isLast || frame != null || reader.witness(place, size) >= 0) {
                    throw new LogException(
                            segment.path + ": position " + place + ": "
                                    + (frame == null ? "no whole batch" : "offset " + frame.offset())
                                    + " (expected: offset "
                                    + end + "; the file is damaged)",
                            null);
                }
                LOG.warn(
                        "log {}: {} bytes after offset {} are cut off: unfinished when the process ended, and never"
                                + " acknowledged",
                        folder,
                        size - place,
                        end - 1);
                segment.durable = place;
                truncate(segment);
                return;
            }
        }
    }

    private void remember(Frame frame) {
        String key = frame.key();
        if (key != null) {
            keys.add(key, new KeyMemory.Kept(frame.offset(), frame.count(), frame.fingerprint()));
        }
    }

    private static void truncate(Segment segment) throws IOException {
        try (RandomAccessFile writable = new RandomAccessFile(segment.path.toFile(), "rw")) {
            writable.setLength(segment.durable);
            writable.getFD().sync();
        }
    }

    // appending

    /** Appends a batch without a key; see {@link #append(List, String)}. */
    public Appended append(List<byte[]> records) {
        return append(records, null);
    }

    @Override
    public Appended append(List<byte[]> records, @Nullable String key) {
        checkKey(key);
        if (records.isEmpty()) {
            return new Appended(end, 0, false);
        }
        long size = Frame.size(records, key);
        if (size > LARGEST_BATCH) {
            throw new IllegalArgumentException(
                    "batch: " + size + " bytes (expected: at most " + LARGEST_BATCH + "; append it in parts)");
        }
        byte[] frame = Frame.encode((int) size, records, key);
        long fingerprint = key == null ? 0 : new Frame(ByteBuffer.wrap(frame), 0).fingerprint();
        lock.lock();
        try {
            Batch batch = new Batch(frame, records.size(), key, fingerprint);
            if (key != null) {
                Batch same = waitingKeys.get(key);
                if (same != null) {
                    checkSame(key, same.fingerprint, fingerprint);
                    await(same);
                    return new Appended(same.offset, same.count, true);
                }
                KeyMemory.Kept kept = keys.find(key);
                if (kept != null) {
                    checkSame(key, kept.fingerprint(), fingerprint);
                    return new Appended(kept.offset(), kept.count(), true);
                }
            }
            checkBounds(batch);
            waiting.add(batch);
            waitingCount += batch.count;
            waitingBytes += size;
            if (key != null) {
                waitingKeys.put(key, batch);
            }
            await(batch);
            return new Appended(batch.offset, batch.count, false);
        } finally {
            lock.unlock();
        }
    }

    private static void checkKey(@Nullable String key) {
        if (key == null) {
            return;
        }
        boolean fine = !key.isEmpty() && key.length() <= LONGEST_KEY;
        for (int i = 0; i < key.length() && fine; i++) {
            fine = key.charAt(i) > ' ' && key.charAt(i) < 0x7f;
        }
        if (!fine) {
            throw new IllegalArgumentException(
                    "key: " + key.length() + " characters (expected: 1 to " + LONGEST_KEY + " visible ones of ASCII)");
        }
    }

    private static void checkSame(String key, long known, long fingerprint) {
        if (known != fingerprint) {
            throw new KeyReusedException(
                    "key: " + key + ": known for other records (expected: a new key for each batch)");
        }
    }

    private void checkBounds(Batch batch) {
        if (closed) {
            throw new LogException("log " + folder + ": is closed (expected: an open log)", null);
        }
        long unread = unread() + waitingCount;
        if (unread > 0 && unread + batch.count > options.maxUnread) {
            throw new LogFullException("log " + folder + ": " + unread + " records are not read yet (expected: at most "
                    + options.maxUnread + " with the " + batch.count + " of this batch)");
        }
        if (bytes() + waitingBytes + batch.frame.length > options.maxBytes) {
            deleteExpired();
            long bytes = bytes() + waitingBytes;
            if (bytes + batch.frame.length > options.maxBytes) {
                throw new LogFullException("log " + folder + ": " + bytes + " bytes on disk (expected: at most "
                        + options.maxBytes + " with the " + batch.frame.length + " of this batch)");
            }
        }
    }

    /** Waits until the batch is done, and writes what waits if nobody else does. */
    private void await(Batch batch) {
        while (!batch.done) {
            if (writing) {
                changed.awaitUninterruptibly();
            } else {
                writeGroup();
            }
        }
        if (batch.failure != null) {
            // one for each caller, since each has a place of its own
            throw new LogException(String.valueOf(batch.failure.getMessage()), batch.failure);
        }
    }

    /** Writes the batches that wait, without the lock, and tells their callers. */
    private void writeGroup() {
        writing = true;
        List<Batch> group = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty() && (group.isEmpty() || bytes + waiting.element().frame.length <= GROUP_BYTES)) {
            Batch batch = waiting.remove();
            bytes += batch.frame.length;
            group.add(batch);
        }
        LogException problem = new LogException("log " + folder + ": writing ended early", null);
        lock.unlock();
        try {
            write(group);
            problem = null;
        } catch (IOException e) {
            problem = new LogException(
                    "log " + folder + ": nothing was kept: " + e + " (expected: room on the disk, and a disk that"
                            + " works)",
                    e);
        } finally {
            lock.lock();
            writing = false;
            repair = problem != null;
            failure = problem == null ? null : problem.getMessage();
            for (Batch batch : group) {
                batch.done = true;
                batch.failure = problem;
                waitingCount -= batch.count;
                waitingBytes -= batch.frame.length;
                if (batch.key != null) {
                    waitingKeys.remove(batch.key);
                    if (problem == null) {
                        keys.add(batch.key, new KeyMemory.Kept(batch.offset, batch.count, batch.fingerprint));
                    }
                }
            }
            changed.signalAll();
        }
    }

    private void write(List<Batch> group) throws IOException {
        Segment segment = Objects.requireNonNull(segments.lastEntry()).getValue();
        if (repair) {
            reopen(segment);
        }
        long now = now();
        boolean isNext = isComplete(segment, now);
        if (isNext) {
            segment = roll(now);
        }
        long position = segment.durable;
        long offset = end;
        RandomAccessFile out = Objects.requireNonNull(file);
        out.seek(position);
        for (Batch batch : group) {
            batch.offset = offset;
            Frame.complete(batch.frame, segment.marker, position, offset, segment.durable, now);
            out.write(batch.frame);
            position += batch.frame.length;
            offset += batch.count;
        }
        out.getFD().sync();
        segment.newest = now;
        segment.durable = position;
        end = offset;
        if (isNext) {
            deleteExpired();
        }
    }

    /** After a failed write nobody knows what is in the file behind its durable part. */
    private void reopen(Segment segment) throws IOException {
        RandomAccessFile old = file;
        if (old != null) {
            file = null;
            old.close();
        }
        truncate(segment);
        file = new RandomAccessFile(segment.path.toFile(), "rw");
    }

    private boolean isComplete(Segment segment, long now) {
        boolean old = options.retention != null && now - segmentStarted > EventTime.nanos(options.retention);
        return segment.durable > Segment.HEADER && (old || segment.durable >= options.segmentBytes);
    }

    private Segment roll(long now) throws IOException {
        Segment next = Segment.create(folder, end);
        RandomAccessFile nextFile = new RandomAccessFile(next.path.toFile(), "rw");
        segments.put(next.first, next);
        RandomAccessFile old = file;
        file = nextFile;
        segmentStarted = now;
        if (old != null) {
            old.close();
        }
        return next;
    }

    private long now() {
        return EventTime.nanos(options.clock.instant());
    }

    // deleting

    /**
     * Deletes entries before an offset, whether they were read or not: the files of which all entries are before it. A
     * reader that wants one of them fails.
     *
     * @return how many entries were deleted
     */
    public long deleteBefore(long offset) {
        lock.lock();
        try {
            long before = start();
            while (segments.size() > 1) {
                Long second = segments.higherKey(segments.firstKey());
                if (second == null || second > offset) {
                    break;
                }
                deleteFirst();
            }
            return start() - before;
        } finally {
            lock.unlock();
        }
    }

    /** The last entry stays, whatever its age: it may say how far something has come. */
    private void deleteExpired() {
        if (options.retention == null) {
            return;
        }
        lock.lock();
        try {
            long limit = now() - EventTime.nanos(options.retention);
            long read = read();
            while (segments.size() > 1) {
                Segment first = segments.firstEntry().getValue();
                Long second = segments.higherKey(first.first);
                if (second == null || second == end || first.newest >= limit || second > read) {
                    break;
                }
                deleteFirst();
            }
        } catch (LogException e) {
            LOG.warn("log {}: entries that are old enough stay for now", folder, e); // they harm no batch
        } finally {
            lock.unlock();
        }
    }

    private void deleteFirst() {
        Segment first = segments.firstEntry().getValue();
        try {
            Files.deleteIfExists(first.path);
            segments.remove(first.first);
            Segment.syncFolder(folder); // one after the other, so that a crash leaves no gap
        } catch (IOException e) {
            throw new LogException(first.path + ": cannot be deleted: " + e, e);
        }
    }

    // reading

    @Override
    public <T> ReadableSource<T> source(Decoder<T> decoder) {
        return new LogSource<>(folder, decoder);
    }

    /** The last record that is durable, which does not count as read by that; null if there is none. */
    @Override
    public byte @Nullable [] last() {
        lock.lock(); // so that nothing is deleted meanwhile
        try {
            long offset = end - 1;
            Segment segment = offset < start() ? null : segmentOf(offset);
            return segment == null ? null : entry(segment, offset);
        } catch (IOException e) {
            throw new LogException("log " + folder + ": the last record cannot be read: " + e, e);
        } finally {
            lock.unlock();
        }
    }

    private static byte[] entry(Segment segment, long offset) throws IOException {
        try (SegmentReader reader = new SegmentReader(segment)) {
            Frame frame = reader.next(segment.durable);
            while (frame != null && frame.offset() + frame.count() <= offset) {
                frame = reader.next(segment.durable);
            }
            if (frame == null) {
                throw new IOException(segment.path + ": position " + reader.position()
                        + ": no whole batch (expected: offset " + offset + "; the file is damaged)");
            }
            ByteBuffer entries = frame.entries();
            byte[] entry = new byte[entries.getInt()];
            for (long at = frame.offset(); at < offset; at++) {
                entries.position(entries.position() + entry.length);
                entry = new byte[entries.getInt()];
            }
            entries.get(entry);
            return entry;
        }
    }

    /** The offset of the first entry that is still there, or will be. */
    public long start() {
        return segments.firstKey();
    }

    /** The offset after the last durable entry. */
    public long end() {
        return end;
    }

    @Nullable
    Segment segmentOf(long offset) {
        Map.Entry<Long, Segment> entry = segments.floorEntry(offset);
        return entry == null ? null : entry.getValue();
    }

    void add(LogSourceReader<?> reader) {
        lock.lock();
        try {
            readers.add(reader);
        } finally {
            lock.unlock();
        }
    }

    void remove(LogSourceReader<?> reader) {
        lock.lock();
        try {
            long read = read();
            if (readers.remove(reader) && readers.isEmpty()) {
                readBefore = read;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The offset up to which all readers have read. */
    private long read() {
        return readers.isEmpty()
                ? readBefore
                : readers.stream().mapToLong(reader -> reader.next).min().orElse(readBefore);
    }

    private long unread() {
        return end - Math.max(start(), read());
    }

    private long bytes() {
        return segments.values().stream().mapToLong(segment -> segment.durable).sum();
    }

    @Override
    public LogStatus status() {
        lock.lock();
        try {
            return new LogStatus(unread(), bytes(), failure);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for batches that are being appended, and lets the folder go. Close pipelines that read from it first. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true; // takes no more batches
            while (writing || !waiting.isEmpty()) {
                changed.awaitUninterruptibly();
            }
            OPEN.remove(folder, this);
            closeFiles();
        } catch (IOException e) {
            throw new LogException("log " + folder + ": cannot be closed: " + e, e);
        } finally {
            lock.unlock();
        }
    }

    private void closeFiles() throws IOException {
        try (FolderLock held = folderLock) {
            if (file != null) {
                file.close();
            }
        }
    }

    /** The folder, and which offsets it holds. */
    @Override
    public String toString() {
        return "FileLog " + folder + ", offsets " + start() + " to " + (end - 1);
    }
}
