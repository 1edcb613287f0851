package io.datastream.formats.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.formats.csv.Rows.Trade;
import io.datastream.sink.FileSink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.source.FileSource;
import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV through the file source and the file sink. */
class CsvFilesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"trades.csv", "trades.csv.gz"})
    void readsTheFileThatWasWrittenAcrossARestart(String name) {
        Path file = folder.resolve(name);
        FileSink<Trade> sink = FileSink.of(file, CsvFormat.of(Trade.class));
        byte[] committed;
        try (SinkWriter<Trade> writer = sink.open(new SinkContext("pipeline", "sink", 0, 1, null))) {
            writer.write(0, new Trade(1, 2.5, "before"));
            writer.flush();
            committed = writer.snapshot();
            writer.write(0, new Trade(2, 2.5, "lost in the crash"));
        }
        try (SinkWriter<Trade> writer = sink.open(new SinkContext("pipeline", "sink", 0, 1, committed))) {
            writer.write(0, new Trade(2, 3.5, "after"));
            writer.complete();
        }

        FileSource<Trade> source = FileSource.of(file, CsvFormat.of(Trade.class));
        assertThat(read(source, 0))
                .containsExactly("0: Trade[ts=1, price=2.5, note=before]", "1: Trade[ts=2, price=3.5, note=after]");
    }

    @Test
    void goesOnFromTheNumberOfARecord() throws IOException {
        Path file = folder.resolve("trades.csv");
        Files.writeString(file, "ts,price,note\n1,2,a\n2,x,b\n\n3,2,\"c\nc\"\n4,2,d\n");
        FileSource<Trade> source = FileSource.of(file, CsvFormat.of(Trade.class));
        List<String> all = read(source, 0);

        assertThat(all)
                .containsExactly(
                        "0: Trade[ts=1, price=2.0, note=a]",
                        "1: line 3: column \"price\": \"x\" (expected: a number)",
                        "2: Trade[ts=3, price=2.0, note=c\nc]",
                        "3: Trade[ts=4, price=2.0, note=d]");
        for (int position = 0; position <= all.size(); position++) {
            assertThat(read(source, position)).isEqualTo(all.subList(position, all.size()));
        }
    }

    @Test
    void refusesAFileWithAWrongHeaderAsAWhole() throws IOException {
        Path file = folder.resolve("trades.csv");
        Files.writeString(file, "ts;price;note\n1;2;a\n");

        assertThatThrownBy(() -> read(FileSource.of(file, CsvFormat.of(Trade.class)), 0))
                .isInstanceOf(SourceException.class)
                .hasMessage("trades.csv: line 1: columns: \"ts;price;note\" is unknown, \"ts\" is missing, \"price\" is"
                        + " missing, \"note\" is missing (expected: ts, price, note)");
    }

    private static List<String> read(FileSource<Trade> source, long position) {
        List<String> all = new ArrayList<>();
        SourceReader.Collector<Trade> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, Trade value, byte @Nullable [] original) {
                all.add(offset + ": " + value);
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                all.add(offset + ": " + error.getMessage());
            }
        };
        try (SourceReader<Trade> reader = source.open(0, position)) {
            while (reader.poll(2, collector) != SourceReader.Status.END) {
                assertThat(all).hasSizeLessThan(100);
            }
        }
        return all;
    }
}
