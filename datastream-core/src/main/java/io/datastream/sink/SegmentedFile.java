package io.datastream.sink;

import io.datastream.file.FileStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A file in segments, of which each ends with a {@link #force}, for stores that cannot append. */
final class SegmentedFile implements GrowingFile {
    private final FileStore store;
    private final Progress before;
    private final long writer;
    private final IntFunction<String> paths;
    private @Nullable OutputStream segment;
    private int count;
    private long length;
    private long durable;
    private boolean open = true;

    /**
     * @param before the segments of earlier writers
     * @param writer a number that no other writer has
     * @param paths where the segments of this writer go
     */
    SegmentedFile(FileStore store, Progress before, long writer, IntFunction<String> paths) {
        this.store = store;
        this.before = before;
        this.writer = writer;
        this.paths = paths;
        this.length = before.length();
        this.durable = before.length();
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        OutputStream to = segment;
        if (to == null) {
            to = store.create(paths.apply(count));
            segment = to;
        }
        int size = bytes.remaining();
        to.write(bytes.array(), bytes.arrayOffset() + bytes.position(), size);
        bytes.position(bytes.limit());
        length += size;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void force() throws IOException {
        OutputStream ending = segment;
        if (ending != null) {
            ending.close();
            segment = null;
            count++;
        }
        durable = length;
    }

    @Override
    public Progress progress() {
        if (count == 0) {
            return before;
        }
        List<Progress.Run> runs = new ArrayList<>(before.runs());
        runs.add(new Progress.Run(writer, count));
        return new Progress(durable, runs);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        OutputStream abandoned = segment;
        if (abandoned != null) {
            segment = null;
            abandoned.close(); // there is no other way to free it
            store.delete(paths.apply(count));
        }
    }
}
