package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.CodecException;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceConnector;
import io.datastream.source.SourceReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a source from its beginning, as a pipeline would, and goes on when asked again. */
final class ReadBack<T> implements AutoCloseable {
    final List<T> values = new ArrayList<>();
    final List<String> errors = new ArrayList<>();
    final List<String> originals = new ArrayList<>();
    private final SourceReader<T> reader;

    ReadBack(SourceConnector<T> source) {
        reader = ((ReadableSource<T>) source).open(0, 0);
    }

    /** All that a source holds now. */
    static <T> ReadBack<T> of(SourceConnector<T> source) {
        try (ReadBack<T> all = new ReadBack<>(source)) {
            all.readOn();
            return all;
        }
    }

    /** Reads what has come, and gives how many records were read in all, good or bad. */
    int readOn() {
        SourceReader.Collector<T> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, T value, byte @Nullable [] original) {
                values.add(value);
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                errors.add(error.getMessage());
                originals.add(original == null ? "" : new String(original, UTF_8));
            }
        };
        while (reader.poll(1_000, collector) == SourceReader.Status.MORE) {
            // reads on
        }
        return values.size() + errors.size();
    }

    @Override
    public void close() {
        reader.close();
    }
}
