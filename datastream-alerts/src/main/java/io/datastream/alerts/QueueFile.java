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
 * have done is on disk when they return. While the disk cannot be written to, as when it is full, they do the same in memory
 * alone, and throw: what is done stays done, and is noted with the next entry that can be written.
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

    /** No entry of a notice is shorter. */
    private static final int SHORTEST_NOTICE = 100;

    /** From this size on the file is rewritten with what waits alone. */
    static final int COMPACT_ABOVE = 1 << 20;

    private final Path path;
    private final FileChannel lock;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Opener opener;
    private RandomAccessFile file;
    private long waitingBytes;
    private long size;
    /** How many are done without an entry in the file that says so. */
    private int notNoted;

    private QueueFile(Path path, FileChannel lock, Opener opener) throws IOException {
        this.path = path;
        this.lock = lock;
        this.opener = opener;
        this.file = opener.open(path);
    }

    /** Opens a file for reading and writing. No channel: that would be closed by an interrupt of any thread that adds a notice. */
    interface Opener {
        RandomAccessFile open(Path path) throws IOException;
    }

    /**
     * A notice that waits.
     *
     * @param bytes how many it takes in the file; 0 if it is in memory alone
     * @param isWhole whether nothing is added to it any more
     */
    private record Waiting(Notice notice, int bytes, boolean isWhole) {}

    /**
     * Opens the file, or makes one. A file beside it, with {@code .lock} after its name, keeps others away.
     *
     * @throws IOException if it cannot be used, or another program uses it
     */
    static QueueFile open(Path path) throws IOException {
        return open(path, file -> new RandomAccessFile(file.toFile(), "rw"));
    }

    static QueueFile open(Path path, Opener opener) throws IOException {
        FileChannel lock = lock("queue", path);
        QueueFile queue = null;
        try {
            queue = new QueueFile(path, lock, opener);
            queue.load();
            return queue;
        } catch (IOException | RuntimeException e) {
            if (queue != null) {
                queue.file.close();
            }
            lock.close();
            throw e;
        }
    }

    /** Keeps others away from a file, by one beside it. */
    static FileChannel lock(String what, Path path) throws IOException {
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
        throw new IOException(what + " " + path + ": in use by " + user + " (expected: one user)");
    }

    private void load() throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(path));
        for (byte[] content = next(all); content != null; content = next(all)) {
            apply(content);
        }
        size = all.position();
        if (!all.hasRemaining()) {
            return;
        }
        int next = nextEntry(all);
        if (next < all.limit()) {
            goOnBehind(all, next);
            return;
        }
        LOG.warn(
                "queue {}: its last {} bytes are no whole entry, as after a crash, and are cut away",
                path,
                all.remaining());
        file.setLength(size);
        file.getFD().sync();
    }

    /** The content of the next entry; null, with the position before it, if it is not whole. */
    private static byte @Nullable [] next(ByteBuffer all) {
        if (all.remaining() <= HEAD) {
            return null;
        }
        int length = all.getInt(all.position());
        if (length < 1 || length > all.remaining() - HEAD) {
            return null;
        }
        byte[] content = new byte[length];
        all.get(all.position() + HEAD, content);
        if (all.getInt(all.position() + Integer.BYTES) != crc(content)) {
            return null;
        }
        all.position(all.position() + HEAD + length);
        return content;
    }

    /** Where the next whole entry begins behind something else; the end if there is none. */
    private static int nextEntry(ByteBuffer all) {
        for (int at = all.position() + 1; at < all.limit() - HEAD; at++) {
            byte kind = all.get(at + HEAD);
            if (kind >= ADDED && kind <= JOINED && next(all.duplicate().position(at)) != null) {
                return at;
            }
        }
        return all.limit();
    }

    /**
     * Takes what can be read of a file that is damaged before its end. It is not known how many notices the damage has cost,
     * so that some that are done are rather delivered again than others lost.
     */
    private void goOnBehind(ByteBuffer all, int firstEntry) throws IOException {
        Path copy = path.resolveSibling(path.getFileName() + ".damaged");
        Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
        LOG.error(
                "queue {}: damaged at byte {}, so notices may be lost, and others may be delivered again; {} is a copy of it",
                path,
                all.position(),
                copy);
        int mayBeLost = 0;
        for (int at = firstEntry; at < all.limit(); at = nextEntry(all)) {
            mayBeLost += 1 + (at - all.position()) / SHORTEST_NOTICE;
            all.position(at);
            for (byte[] content = next(all); content != null; content = next(all)) {
                if (content[0] == DONE && mayBeLost > 0) {
                    mayBeLost--;
                } else if (content[0] != JOINED) {
                    apply(content);
                }
            }
        }
        compact();
    }

    private void apply(byte[] content) throws IOException {
        if (content[0] == ADDED) {
            Notice notice =
                    NoticeBytes.read(new DataInputStream(new ByteArrayInputStream(content, 1, content.length - 1)));
            waiting.addLast(new Waiting(notice, HEAD + content.length, false));
            waitingBytes += HEAD + content.length;
        } else if (content[0] == JOINED) {
            join(ByteBuffer.wrap(content, 1, Integer.BYTES).getInt());
        } else if (content[0] == DONE) {
            forgetFirst();
        } else {
            throw new IOException(
                    "queue " + path + ": an entry of kind " + content[0] + " (expected: one that this version knows)");
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

    /** Whether the file knows of it. */
    private boolean forgetFirst() {
        Waiting done = waiting.pollFirst();
        if (done == null || done.bytes() == 0) {
            return false;
        }
        waitingBytes -= done.bytes();
        return true;
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

    /**
     * Adds a notice.
     *
     * @throws IOException if it is in memory alone
     */
    void add(Notice notice) throws IOException {
        byte[] content = content(notice);
        int bytes = 0;
        try {
            append(content);
            bytes = HEAD + content.length;
        } finally {
            waiting.addLast(new Waiting(notice, bytes, false));
            waitingBytes += bytes;
        }
    }

    /** Whether a notice of this id waits. */
    boolean isWaiting(String id) {
        return waiting.stream().anyMatch(one -> one.notice().id().equals(id));
    }

    /** Those that are in memory alone. */
    List<Notice> inMemory() {
        return waiting.stream()
                .filter(one -> one.bytes() == 0)
                .map(Waiting::notice)
                .toList();
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

    /**
     * Notes that so many of the first are one notice, which stays the same from then on.
     *
     * @throws IOException if that cannot be noted, and they wait as before
     */
    void joinFirst(int notices) throws IOException {
        int inFile = (int)
                waiting.stream().limit(notices).filter(one -> one.bytes() > 0).count();
        if (inFile > 0) {
            append(ByteBuffer.allocate(1 + Integer.BYTES)
                    .put(JOINED)
                    .putInt(inFile)
                    .array());
        }
        join(notices);
    }

    /**
     * Notes that the first is done.
     *
     * @throws IOException if the file does not say so yet; it is done all the same
     */
    void removeFirst() throws IOException {
        notNoted += forgetFirst() ? 1 : 0;
        if (waitingBytes > 0) {
            noteDone();
            if (size > COMPACT_ABOVE && size > 2 * waitingBytes) {
                compact();
            }
        } else if (size > 0) {
            clear();
        }
    }

    /** Needs no space, so it helps on a full disk as well. */
    private void clear() throws IOException {
        file.setLength(0);
        file.getFD().sync();
        size = 0;
        notNoted = 0;
    }

    /** Leaves what waits alone in the file, when the first, which may have been whole, is done: writes it to a new one, which takes the place of this one in one step. */
    private void compact() throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        RandomAccessFile out = opener.open(fresh);
        long written = 0;
        try {
            out.setLength(0);
            for (Waiting one : waiting) {
                if (one.bytes() > 0) {
                    byte[] entry = entry(content(one.notice()));
                    out.write(entry);
                    written += entry.length;
                }
            }
            out.getFD().sync();
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
        RandomAccessFile old = file;
        file = out;
        size = written;
        old.close();
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
        noteDone();
        write(content);
    }

    private void noteDone() throws IOException {
        while (notNoted > 0) {
            write(new byte[] {DONE});
            notNoted--;
        }
    }

    private void write(byte[] content) throws IOException {
        byte[] entry = entry(content);
        file.seek(size);
        try {
            file.write(entry);
            file.getFD().sync();
        } catch (IOException e) {
            cutOff(e);
            throw e;
        }
        size += entry.length;
    }

    /** What is half written must not stand behind a shorter entry that is written over it. */
    private void cutOff(IOException problem) {
        try {
            file.setLength(size);
        } catch (IOException e) {
            problem.addSuppressed(e); // the next entry is written over it all the same
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
        lock.close();
    }
}
