package io.datastream.alerts;

import io.datastream.alert.Notice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of notices in a file that only grows, and is emptied when all of it is done. What {@link #add} and {@link #removeFirst}
 * have done is on disk when they return.
 *
 * <p>The file is a sequence of entries: the length of the content (4 bytes), its CRC-32 (4), and the content: 1 and a notice,
 * 2 for "the first is done", or 3 and a number for "so many of the first are one notice from now on". An entry that a crash has cut off at the end of the file was never promised; it is cut away.
 */
final class QueueFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueueFile.class);

    private static final byte ADDED = 1;
    private static final byte DONE = 2;
    private static final byte JOINED = 3;
    private static final int HEAD = 8;

    /** From this size on the file is rewritten with what waits alone. */
    static final int COMPACT_ABOVE = 1 << 20;

    private final Path path;
    private final FileChannel lock;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private RandomAccessFile file;
    private long waitingBytes;
    private long size;

    private QueueFile(Path path, FileChannel lock, RandomAccessFile file) {
        this.path = path;
        this.lock = lock;
        this.file = file;
    }

    /**
     * A notice that waits.
     *
     * @param bytes how many it takes in the file
     * @param isWhole whether nothing is added to it any more
     */
    private record Waiting(Notice notice, int bytes, boolean isWhole) {}

    /**
     * Opens the file, or makes one. A file beside it, with {@code .lock} after its name, keeps others away.
     *
     * @throws IOException if it cannot be used, or another program uses it
     */
    static QueueFile open(Path path) throws IOException {
        FileChannel lock = lock(path);
        RandomAccessFile file = null;
        try {
            file = openFile(path);
            QueueFile queue = new QueueFile(path, lock, file);
            queue.load();
            return queue;
        } catch (IOException | RuntimeException e) {
            if (file != null) {
                file.close();
            }
            lock.close();
            throw e;
        }
    }

    /** No channel: that would be closed by an interrupt of any thread that adds a notice. */
    private static RandomAccessFile openFile(Path path) throws IOException {
        return new RandomAccessFile(path.toFile(), "rw");
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel lock = FileChannel.open(
                path.resolveSibling(path.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        String user = "another program";
        try {
            if (lock.tryLock() != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            user = "this program";
        }
        lock.close();
        throw new IOException("queue " + path + ": in use by " + user + " (expected: one user)");
    }

    private void load() throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(path));
        while (all.remaining() >= HEAD) {
            int length = all.getInt(all.position());
            if (length < 1 || length > all.remaining() - HEAD) {
                break;
            }
            byte[] content = new byte[length];
            all.get(all.position() + HEAD, content);
            if (all.getInt(all.position() + 4) != crc(content)) {
                break;
            }
            apply(content);
            all.position(all.position() + HEAD + length);
        }
        size = all.position();
        if (all.hasRemaining()) {
            LOG.warn(
                    "queue {}: its last {} bytes are no whole entry, as after a crash, and are cut away",
                    path,
                    all.remaining());
            file.setLength(size);
            file.getFD().sync();
        }
    }

    private void apply(byte[] content) throws IOException {
        if (content[0] == ADDED) {
            Notice notice =
                    NoticeBytes.read(new DataInputStream(new ByteArrayInputStream(content, 1, content.length - 1)));
            waiting.addLast(new Waiting(notice, HEAD + content.length, false));
            waitingBytes += HEAD + content.length;
        } else if (content[0] == JOINED) {
            join(ByteBuffer.wrap(content, 1, Integer.BYTES).getInt());
        } else {
            forgetFirst();
        }
    }

    private void join(int notices) {
        List<Notice> joined = new ArrayList<>();
        int bytes = 0;
        for (int i = 0; i < notices && !waiting.isEmpty(); i++) {
            Waiting first = waiting.removeFirst();
            joined.add(first.notice());
            bytes += first.bytes();
        }
        waiting.addFirst(new Waiting(Notice.together(joined), bytes, true));
    }

    private void forgetFirst() {
        Waiting done = waiting.pollFirst();
        waitingBytes -= done == null ? 0 : done.bytes();
    }

    private static int crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return (int) crc.getValue();
    }

    int size() {
        return waiting.size();
    }

    @Nullable
    Notice first() {
        Waiting first = waiting.peekFirst();
        return first == null ? null : first.notice();
    }

    void add(Notice notice) throws IOException {
        byte[] content = content(notice);
        append(content);
        waiting.addLast(new Waiting(notice, HEAD + content.length, false));
        waitingBytes += HEAD + content.length;
    }

    /** Whether nothing is added to the first any more. */
    boolean isFirstWhole() {
        Waiting first = waiting.peekFirst();
        return first != null && first.isWhole();
    }

    /** What waits, in its order. */
    List<Notice> waiting() {
        return waiting.stream().map(Waiting::notice).toList();
    }

    /** Notes that so many of the first are one notice, which stays the same from then on. */
    void joinFirst(int notices) throws IOException {
        append(ByteBuffer.allocate(1 + Integer.BYTES)
                .put(JOINED)
                .putInt(notices)
                .array());
        join(notices);
    }

    /** Notes that the first is done. */
    void removeFirst() throws IOException {
        append(new byte[] {DONE});
        forgetFirst();
        if (waiting.isEmpty() || (size > COMPACT_ABOVE && size > 2 * waitingBytes)) {
            compact();
        }
    }

    /** Leaves what waits alone in the file, when the first, which may have been whole, is done: writes it to a new one, which takes the place of this one in one step. */
    private void compact() throws IOException {
        if (waiting.isEmpty()) {
            file.setLength(0); // what is done already stands in it, should this be lost
            size = 0;
            return;
        }
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        long written = 0;
        try (RandomAccessFile out = openFile(fresh)) {
            out.setLength(0);
            for (Waiting one : waiting) {
                byte[] entry = entry(content(one.notice()));
                out.write(entry);
                written += entry.length;
            }
            out.getFD().sync();
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        RandomAccessFile old = file;
        file = openFile(path);
        old.close();
        size = written;
    }

    private static byte[] content(Notice notice) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(ADDED);
        NoticeBytes.write(notice, out);
        return bytes.toByteArray();
    }

    private static byte[] entry(byte[] content) {
        return ByteBuffer.allocate(HEAD + content.length)
                .putInt(content.length)
                .putInt(crc(content))
                .put(content)
                .array();
    }

    private void append(byte[] content) throws IOException {
        byte[] entry = entry(content);
        file.seek(size);
        file.write(entry); // if this fails half way, the next entry is written over it
        file.getFD().sync();
        size += entry.length;
    }

    @Override
    public void close() throws IOException {
        file.close();
        lock.close();
    }
}
