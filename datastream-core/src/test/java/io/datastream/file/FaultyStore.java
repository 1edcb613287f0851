package io.datastream.file;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A store that may fail at each call, before or after the call has done its work, and whose names are changed as object
 * stores do: by a copy, which may be all that happens.
 */
public final class FaultyStore implements FileStore {
    private static final long serialVersionUID = 1L;

    private final String root;
    private final transient SplittableRandom random;
    private int faultEvery;

    public FaultyStore(Path root, SplittableRandom random) {
        this.root = root.toString();
        this.random = random;
    }

    /** How many calls there are to a fault, on average; 0 for none. */
    public void faultEvery(int calls) {
        faultEvery = calls;
    }

    private void mayFail(String call, String path) throws IOException {
        if (faultEvery > 0 && random.nextInt(2 * faultEvery) == 0) {
            throw new IOException(call + " " + path + ": planted");
        }
    }

    private Path local(String path) {
        return Path.of(root).resolve(path);
    }

    @Override
    public SeekableByteChannel open(String path) throws IOException {
        mayFail("open", path);
        return Files.newByteChannel(local(path));
    }

    @Override
    public OutputStream create(String path) throws IOException {
        mayFail("create", path);
        Files.createDirectories(local(path).getParent());
        OutputStream file = Files.newOutputStream(local(path));
        return new FilterOutputStream(file) {
            private boolean closed;

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                file.write(bytes, offset, count);
            }

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    try (file) {
                        mayFail("close", path);
                        flush();
                    }
                    mayFail("closed", path);
                }
            }
        };
    }

    @Override
    public boolean exists(String path) throws IOException {
        mayFail("exists", path);
        return Files.exists(local(path));
    }

    @Override
    public List<String> list(String folder) throws IOException {
        mayFail("list", folder);
        if (!Files.exists(local(folder))) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(local(folder))) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        mayFail("rename", from);
        Path part = local(to + ".copying");
        Files.copy(local(from), part);
        Files.move(part, local(to), StandardCopyOption.ATOMIC_MOVE);
        mayFail("rename between", from);
        Files.delete(local(from));
        mayFail("renamed", from);
    }

    @Override
    public void delete(String path) throws IOException {
        mayFail("delete", path);
        Files.deleteIfExists(local(path));
        mayFail("deleted", path);
    }
}
