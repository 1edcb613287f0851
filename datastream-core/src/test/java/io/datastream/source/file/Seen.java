package io.datastream.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.CodecException;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import io.datastream.source.SourceReader.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was read of a source. */
final class Seen implements SourceReader.Collector<String> {
    final List<String> texts = new ArrayList<>();
    final List<Long> offsets = new ArrayList<>();
    final List<String> originals = new ArrayList<>();

    /** Reads to the end of what is there. */
    static Seen of(ReadableSource<String> source, long position) {
        Seen seen = new Seen();
        try (SourceReader<String> reader = source.open(0, position)) {
            seen.readAll(reader);
        }
        return seen;
    }

    Status readAll(SourceReader<String> reader) {
        Status status;
        do {
            status = reader.poll(3, this);
            assertThat(texts).hasSizeLessThan(1_000_000);
        } while (status == Status.MORE);
        return status;
    }

    long position() {
        return offsets.isEmpty() ? 0 : offsets.get(offsets.size() - 1) + 1;
    }

    @Override
    public void record(long offset, long logNanos, String value, byte @Nullable [] original) {
        add(offset, value, original);
    }

    @Override
    public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
        add(offset, "malformed: " + error.getMessage(), original);
    }

    private void add(long offset, String text, byte @Nullable [] original) {
        assertThat(offset).as("offset of %s", text).isGreaterThanOrEqualTo(position());
        offsets.add(offset);
        texts.add(text);
        originals.add(original == null ? "" : new String(original, UTF_8));
    }
}
