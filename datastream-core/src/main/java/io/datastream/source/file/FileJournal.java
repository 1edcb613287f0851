package io.datastream.source.file;

import io.datastream.codec.CodecException;
import io.datastream.log.FileLog;
import io.datastream.log.LogException;
import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import io.datastream.source.SourceReader.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers durably which files were read in which order, so that reading again from any position gives the same. */
final class FileJournal implements AutoCloseable {
    private static final int BATCH = 10_000;

    private final FileLog log;

    /** All that is remembered, in its order. */
    final List<Entry> entries;

    private FileJournal(FileLog log, List<Entry> entries) {
        this.log = log;
        this.entries = entries;
    }

    static FileJournal open(String folder) {
        FileLog log;
        try {
            log = FileLog.open(Path.of(folder));
        } catch (LogException e) {
            throw SourceException.retryable("journal: " + e.getMessage(), e);
        }
        try {
            return new FileJournal(log, read(log));
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private static List<Entry> read(FileLog log) {
        List<Entry> entries = new ArrayList<>();
        SourceReader.Collector<Entry> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, Entry value, byte @Nullable [] original) {
                entries.add(value);
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                throw error;
            }
        };
        try (SourceReader<Entry> reader = log.source(Entry::decode).open(0, 0)) {
            Status status = Status.MORE;
            while (status == Status.MORE) {
                status = reader.poll(BATCH, collector);
            }
        }
        return entries;
    }

    /** Returns when it is on the disk. */
    void add(List<Entry> added) {
        try {
            for (int from = 0; from < added.size(); from += BATCH) {
                log.append(
                        added.subList(from, Math.min(added.size(), from + BATCH)).stream()
                                .map(Entry::encode)
                                .toList(),
                        null);
            }
        } catch (LogException e) {
            throw SourceException.retryable("journal: " + e.getMessage(), e);
        }
        entries.addAll(added);
    }

    @Override
    public void close() {
        log.close();
    }
}
