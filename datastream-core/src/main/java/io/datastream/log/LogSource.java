package io.datastream.log;

import io.datastream.codec.Decoder;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import java.nio.file.Path;

/** The entries of a log that is open in this JVM. */
final class LogSource<T> implements ReadableSource<T> {
    private static final long serialVersionUID = 1L;

    private final String folder; // text, because a Path is not serializable
    private final Decoder<T> decoder;

    LogSource(Path folder, Decoder<T> decoder) {
        this.folder = folder.toString();
        this.decoder = decoder;
    }

    @Override
    public String name() {
        return String.valueOf(Path.of(folder).getFileName());
    }

    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public boolean isBounded() {
        return false;
    }

    @Override
    public SourceReader<T> open(int partition, long position) {
        FileLog log = FileLog.openAt(Path.of(folder));
        if (log == null) {
            throw SourceException.fatal(
                    "log " + folder + ": is not open (expected: one that is opened before the pipeline starts, and"
                            + " closed after it)",
                    new IllegalStateException("closed"));
        }
        return new LogSourceReader<>(log, name(), decoder, position);
    }

    @Override
    public String toString() {
        return "FileLog " + folder;
    }
}
