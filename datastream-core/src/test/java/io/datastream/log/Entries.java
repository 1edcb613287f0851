package io.datastream.log;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.source.SourceReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a log and keeps what comes. */
final class Entries implements SourceReader.Collector<String> {
    final List<String> values = new ArrayList<>();
    final List<Long> offsets = new ArrayList<>();
    final List<Long> times = new ArrayList<>();
    final List<String> malformed = new ArrayList<>();

    /** All that is in a log now, from a position on, in small steps. */
    static Entries of(FileLog log, long position) {
        Entries entries = new Entries();
        try (SourceReader<String> reader = log.source(Codec.utf8()).open(0, position)) {
            while (reader.poll(3, entries) == SourceReader.Status.MORE) {
                // reads on
            }
        }
        return entries;
    }

    static List<byte[]> batch(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public void record(long offset, long logNanos, String value, byte @Nullable [] original) {
        values.add(value);
        offsets.add(offset);
        times.add(logNanos);
    }

    @Override
    public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
        malformed.add(offset + ": " + error.getMessage());
    }
}
