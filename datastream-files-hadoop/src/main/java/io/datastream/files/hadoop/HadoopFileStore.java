package io.datastream.files.hadoop;

import io.datastream.file.FileStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Any file system of Hadoop, such as HDFS, or an object store, for {@code FileSource} and {@code RollingFileSink}. Hadoop's
 * client is brought by the user.
 *
 * <p>A path is a URI, such as {@code hdfs://namenode/readings/a.parquet} or {@code s3a://bucket/readings}; without scheme it
 * is on Hadoop's default file system. Hadoop finds its configuration as always: {@code core-site.xml} and so on of the class
 * path, to which {@link #withOption} adds. Hadoop keeps one file system for all in the JVM that have the same scheme,
 * authority and user; the options of the first one count.
 *
 * <p><b>Guarantees.</b> A file is durable when it is closed: on HDFS it is forced to the disks of the data nodes. On HDFS a new
 * name is given in one step. Object stores copy: the file appears complete, and for a moment, or after a crash until the
 * pipeline goes on, under both names; that is all that exactly once needs. {@code file:} is not forced to the disk: use a
 * {@link java.nio.file.Path} there.
 *
 * <p>Safe for use by several threads, and serializable with its options, so that secrets belong elsewhere, such as into
 * Hadoop's credential providers.
 */
public final class HadoopFileStore implements FileStore {
    private static final long serialVersionUID = 1L;

    private final TreeMap<String, String> options;
    private transient volatile @Nullable Configuration configuration;

    private HadoopFileStore(TreeMap<String, String> options) {
        this.options = options;
    }

    /** The file systems that Hadoop knows by its configuration. */
    public static HadoopFileStore create() {
        return new HadoopFileStore(new TreeMap<>());
    }

    /** The same store with an option of Hadoop, such as {@code dfs.replication}, that is set or replaced. */
    public HadoopFileStore withOption(String name, String value) {
        TreeMap<String, String> changed = new TreeMap<>(options);
        changed.put(name, value);
        return new HadoopFileStore(changed);
    }

    private Configuration configuration() {
        Configuration made = configuration;
        if (made == null) {
            // two threads may both make one: they are equal
            made = new Configuration();
            options.forEach(made::set);
            configuration = made;
        }
        return made;
    }

    /** Hadoop keeps it, and closes it when the JVM ends. */
    private FileSystem of(Path path) throws IOException {
        return path.getFileSystem(configuration());
    }

    @Override
    public SeekableByteChannel open(String path) throws IOException {
        Path file = new Path(path);
        try {
            FileStatus status = of(file).getFileStatus(file);
            if (status.isDirectory()) {
                throw new IOException("is a folder");
            }
            return new HadoopInput(of(file).open(file), status.getLen());
        } catch (FileNotFoundException e) {
            throw missing(path, e);
        }
    }

    private static NoSuchFileException missing(String path, FileNotFoundException e) {
        NoSuchFileException missing = new NoSuchFileException(path);
        missing.initCause(e);
        return missing;
    }

    @Override
    public OutputStream create(String path) throws IOException {
        Path file = new Path(path);
        return new HadoopOutput(of(file).create(file, true));
    }

    @Override
    public boolean exists(String path) throws IOException {
        Path file = new Path(path);
        return of(file).exists(file);
    }

    @Override
    public List<String> list(String folder) throws IOException {
        Path path = new Path(folder);
        List<String> names = new ArrayList<>();
        try {
            for (FileStatus file : of(path).listStatus(path)) {
                if (file.isFile()) {
                    names.add(file.getPath().getName());
                }
            }
        } catch (FileNotFoundException e) {
            return List.of();
        }
        return names;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Path source = new Path(from);
        Path target = new Path(to);
        FileSystem files = of(source);
        try {
            if (files.rename(source, target)) {
                return;
            }
        } catch (FileAlreadyExistsException e) {
            // as if it had said false
        } catch (FileNotFoundException e) {
            throw missing(from, e);
        }
        if (files.exists(target)) {
            files.delete(source, false);
        } else if (files.exists(source)) {
            throw new IOException(from + ": cannot be renamed to " + to + " (expected: a new name in the same folder)");
        } else {
            throw new NoSuchFileException(from);
        }
    }

    @Override
    public void delete(String path) throws IOException {
        Path file = new Path(path);
        of(file).delete(file, false);
    }

    /** Says nothing of its options. */
    @Override
    public String toString() {
        return "HadoopFileStore";
    }
}
