package io.datastream.file;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/**
 * A file system other than the local one, such as that of a cluster or an object store, for {@code FileSource} and
 * {@code RollingFileSink}. It need not append to files, cut them, or lock them: files are written whole, once, by one writer.
 *
 * <p>A path is a text whose parts are separated by {@code /}, in the store's own way of writing it. Safe for use by several
 * threads.
 */
public interface FileStore extends Serializable {
    /**
     * Opens a file to be read from any position.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    SeekableByteChannel open(String path) throws IOException;

    /**
     * Begins a file. When the stream is closed, the file is there, complete and durable; a file of that name is replaced.
     * Missing folders are made. What is there after a crash, or after a close that failed, may be incomplete.
     */
    OutputStream create(String path) throws IOException;

    /** Whether there is a file of this name. */
    boolean exists(String path) throws IOException;

    /** The names, without folder, of the files in a folder, in any order; none if there is no such folder. */
    List<String> list(String folder) throws IOException;

    /**
     * Gives a file another name in the same folder, under which it must appear complete or not at all. After a crash it may be
     * there under both names. If there is a file of that name, it has the same content, and may be kept or replaced.
     */
    void rename(String from, String to) throws IOException;

    /** Deletes a file, if there is one. */
    void delete(String path) throws IOException;
}
