package io.datastream.sink;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the files of one task of a rolling sink are: hidden while they are written, and then published under their names. */
interface RollingStore extends Closeable {
    /** Deletes the hidden files of this task that are not among the known ones. */
    void deleteAllBut(Map<RollingPart, Progress> known) throws IOException;

    /** One more than the highest number of the files of this task. */
    long nextNumber() throws IOException;

    GrowingFile begin(RollingPart part) throws IOException;

    /**
     * Goes on with a file where it was at the last commit.
     *
     * @return null if it was published after that
     */
    @Nullable
    GrowingFile resume(RollingPart part, Progress progress) throws IOException;

    /** Makes the names of files durable. */
    void sync() throws IOException;

    /**
     * Gives a complete file its name, in one step. Does nothing for one that has it, or had it before it was taken away: a
     * crash may have come after some of the files.
     */
    void publish(RollingPart part, Progress progress) throws IOException;

    /** Takes away what is of no use when the task has ended. */
    void end() throws IOException;

    @Override
    void close() throws IOException;
}
