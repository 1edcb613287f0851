package io.datastream.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Held while a log is open, so that no other process writes there. A process that is gone holds nothing. */
final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    static FolderLock take(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(".lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            throw held(folder, "this", heldByThisProcess);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw held(folder, "another", null);
        }
        return new FolderLock(channel);
    }

    static LogException held(Path folder, String whose, @Nullable Throwable cause) {
        return new LogException(
                folder + ": is open in " + whose + " process (expected: a log that is open once at a time)", cause);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
