package io.datastream.source;

import io.datastream.function.Fn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The files of a source as one partition in the order of their times. */
final class MergedFiles<T> implements ReadableSource<T> {
    private static final long serialVersionUID = 1L;

    private final FileSource<T> files;
    private final Fn<? super T, Instant> time;

    MergedFiles(FileSource<T> files, Fn<? super T, Instant> time) {
        this.files = files;
        this.time = time;
    }

    @Override
    public String name() {
        return files.name();
    }

    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public boolean isBounded() {
        return true;
    }

    @Override
    public SourceReader<T> open(int partition, long position) {
        List<MergedFile<T>> opened = new ArrayList<>();
        MergedReader<T> reader = new MergedReader<>(name(), opened);
        try {
            for (int file = 0; file < files.partitions(); file++) {
                String name = files.partitionName(file);
                opened.add(new MergedFile<>(file, name, files.open(file, 0), Source.nanos(time)));
            }
            reader.start(position);
            return reader;
        } catch (RuntimeException e) {
            try {
                reader.close();
            } catch (RuntimeException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    @Override
    public String toString() {
        return "merged " + files;
    }
}
