package io.datastream.sink;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Held while the files of a task are written. A process that stood still while its task went to another one holds it until
 * it goes on, notices, and lets go; so it cannot write into files that are the other one's by then. A process that is gone
 * holds nothing.
 *
 * <p>The lock is on a hidden file of its own, which is empty and stays until the task has ended.
 */
final class TaskLock implements AutoCloseable {
    /** Those of this process: the system would take a second lock of it for the first, and the end of either for both. */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;
    private boolean closed;

    private TaskLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Takes the lock for {@code .NAME.lock} in a folder.
     *
     * @throws SinkException which can be retried, if another task or process holds it
     * @throws IOException if the file cannot be made, or the file system has no locks
     */
    static TaskLock take(Path folder, String name) throws IOException {
        Path path = folder.toRealPath().resolve("." + name + ".lock");
        if (!HELD_HERE.add(path)) {
            throw held(path, "task of this process");
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            if (channel.tryLock() == null) {
                throw held(path, "process");
            }
            taken = true;
            return new TaskLock(path, channel);
        } finally {
            if (!taken) {
                HELD_HERE.remove(path);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    private static SinkException held(Path path, String holder) {
        return SinkException.retryable(
                "file: " + path + ": another " + holder + " writes there (expected: one at a time; it may be one that"
                        + " stands still, and lets go when it goes on or ends)",
                new OverlappingFileLockException());
    }

    /** Takes the file away, when the task has ended. */
    void delete() throws IOException {
        if (File.separatorChar == '/') {
            Files.deleteIfExists(path);
            close();
        } else {
            close(); // elsewhere an open file cannot be deleted
            Files.deleteIfExists(path);
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            try {
                channel.close();
            } finally {
                HELD_HERE.remove(path);
            }
        }
    }
}
