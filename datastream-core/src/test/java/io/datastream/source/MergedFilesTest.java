package io.datastream.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.TextLines;
import io.datastream.source.SourceReader.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedFilesTest {
    @TempDir
    Path folder;

    @Test
    void readsFilesInTheOrderOfTheirTimes() throws IOException {
        ReadableSource<String> source = merged(write("a.txt", "1", "5", "9"), write("b.txt", "2", "3", "12"));

        assertThat(read(source, 0)).containsExactly("0 1", "1 2", "2 3", "3 5", "4 9", "5 12");
        assertThat(source.partitions()).isEqualTo(1);
        assertThat(source.isBounded()).isTrue();
    }

    @Test
    void takesTheFirstFileFirstWhereTimesAreTheSame() throws IOException {
        ReadableSource<String> source = merged(write("b.txt", "1", "1"), write("a.txt", "01", "001"));

        assertThat(read(source, 0)).containsExactly("0 1", "1 1", "2 01", "3 001");
    }

    @Test
    void keepsTheOrderWithinAFile() throws IOException {
        ReadableSource<String> source = merged(write("a.txt", "1", "7", "3"), write("b.txt", "5", "8"));

        assertThat(read(source, 0)).containsExactly("0 1", "1 5", "2 7", "3 3", "4 8");
    }

    @Test
    void goesOnAfterEachRecord() throws IOException {
        ReadableSource<String> source = merged(write("a.txt", "1", "!", "9"), write("b.txt", "2", "x", "12"));
        List<String> all = read(source, 0);

        assertThat(all).hasSize(6).contains("3 x");
        for (int position = 0; position <= all.size(); position++) {
            assertThat(read(source, position)).isEqualTo(all.subList(position, all.size()));
        }
    }

    @Test
    void namesTheFileOfABadRecord() throws IOException {
        ReadableSource<String> source = merged(write("a.txt", "1", "9"), write("b.txt", "2", "!", "12"));

        assertThat(read(source, 0)).containsExactly("0 1", "1 2", "2 b.txt: line 3: bad", "3 9", "4 12");
    }

    @Test
    void refusesAPositionBeyondTheEnd() throws IOException {
        ReadableSource<String> source = merged(write("a.txt", "1"), write("b.txt", "2"));

        assertThatThrownBy(() -> source.open(0, 3))
                .isInstanceOf(SourceException.class)
                .hasMessage("a.txt+1: position 3 (expected: at most 2, the number of its records; are they other files"
                        + " than before?)");
    }

    private static ReadableSource<String> merged(Path... files) {
        return FileSource.of(List.of(files), new TextLines())
                .mergedBy(text -> Instant.ofEpochSecond(Long.parseLong(text)));
    }

    private Path write(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, TextLines.HEADER + "\n" + String.join("\n", lines) + "\n");
        return file;
    }

    private static List<String> read(ReadableSource<String> source, long position) {
        List<String> seen = new ArrayList<>();
        try (SourceReader<String> reader = source.open(0, position)) {
            Status status;
            do {
                status = reader.poll(2, new SourceReader.Collector<String>() {
                    @Override
                    public void record(long offset, long logNanos, String value, byte @Nullable [] original) {
                        seen.add(offset + " " + value);
                    }

                    @Override
                    public void malformed(
                            long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                        seen.add(offset + " " + error.getMessage());
                    }
                });
            } while (status != Status.END);
        }
        return seen;
    }
}
