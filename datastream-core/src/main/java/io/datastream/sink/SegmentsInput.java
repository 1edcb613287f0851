package io.datastream.sink;

import io.datastream.file.FileStore;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads files of a store one after the other, and counts their bytes. */
final class SegmentsInput extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FileStore store;
    private final Iterator<String> paths;
    private @Nullable InputStream current;
    private long count;

    SegmentsInput(FileStore store, List<String> paths) {
        this.store = store;
        this.paths = paths.iterator();
    }

    /** How many bytes have been read. */
    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            InputStream in = current;
            if (in == null) {
                if (!paths.hasNext()) {
                    return -1;
                }
                in = new BufferedInputStream(Channels.newInputStream(store.open(paths.next())), BUFFER_BYTES);
                current = in;
            }
            int read = in.read(bytes, offset, length);
            if (read > 0) {
                count += read;
                return read;
            }
            close();
        }
    }

    @Override
    public void close() throws IOException {
        InputStream ending = current;
        if (ending != null) {
            current = null;
            ending.close();
        }
    }
}
