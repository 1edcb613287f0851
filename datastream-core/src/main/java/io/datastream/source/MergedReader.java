package io.datastream.source;

import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Reads several files in the order of the times of their records. */
final class MergedReader<T> implements SourceReader<T> {
    private final String name;
    private final List<MergedFile<T>> files;
    private final PriorityQueue<MergedFile<T>> next = new PriorityQueue<>();
    private long offset;

    MergedReader(String name, List<MergedFile<T>> files) {
        this.name = name;
        this.files = files;
    }

    void start(long position) {
        for (MergedFile<T> file : files) {
            if (file.advance()) {
                next.add(file);
            }
        }
        while (offset < position) {
            if (next.isEmpty()) {
                throw SourceException.fatal(
                        name + ": position " + position + " (expected: at most " + offset
                                + ", the number of its records; are they other files than before?)",
                        new IllegalStateException("ends before the position"));
            }
            take(null);
        }
    }

    @Override
    public Status poll(int max, Collector<? super T> out) {
        for (int i = 0; i < max && !next.isEmpty(); i++) {
            take(out);
        }
        return next.isEmpty() ? Status.END : Status.MORE;
    }

    private void take(@Nullable Collector<? super T> out) {
        MergedFile<T> file = next.remove();
        file.hand(offset++, out);
        if (file.advance()) {
            next.add(file);
        }
    }

    @Override
    public void close() {
        RuntimeException first = null;
        for (MergedFile<T> file : files) {
            try {
                file.close();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
