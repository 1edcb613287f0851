package io.datastream.files.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.formats.json.JsonLinesFormat;
import io.datastream.formats.parquet.ParquetFormat;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.RollingFileSink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.source.FileSource;
import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pipelines over files on HDFS; one of the snippets of docs/connectors/files.md is a region of this file. */
@Timeout(120)
class HdfsFilesIT {
    record Quote(String symbol, Instant time, double price) {}

    private static final ParquetFormat<Quote> QUOTES = ParquetFormat.of(Quote.class);
    private static final Instant START = Instant.parse("2024-01-31T12:00:00.000000001Z");

    private final HadoopFileStore store = HadoopFileStore.create();

    private static Pipeline hours(String address) {
        // region: hadoop
        HadoopFileStore hadoop = HadoopFileStore.create().withOption("dfs.replication", "1");
        ParquetFormat<Quote> quotes = ParquetFormat.of(Quote.class);

        Pipeline pipeline = Pipeline.from(FileSource.of(hadoop, address + "/quotes/all.parquet", quotes)
                        .eventTime(Quote::time))
                .filter(quote -> quote.price() > 100)
                .to(RollingFileSink.of(hadoop, address + "/large", "quotes.parquet", quotes)
                        .withPeriod(Duration.ofHours(1))
                        .withMaxBytes(256L << 20))
                .named("large-quotes");
        // endregion
        return pipeline;
    }

    @Test
    void parquetIsReadFilteredAndWrittenByTheHour() throws Exception {
        List<Quote> all = List.of(
                new Quote("A", START, 101),
                new Quote("B", START.plusSeconds(1), 99),
                new Quote("A", START.plusSeconds(3_600), 102));
        write("/quotes/all.parquet", QUOTES, all);

        try (PipelineController controller = LocalRuntime.create().start(hours(Hdfs.address()))) {
            controller.awaitTermination();
        }

        assertThat(store.list(Hdfs.address() + "/large"))
                .containsExactlyInAnyOrder(
                        "quotes-20240131T120000Z-0-000000.parquet", "quotes-20240131T130000Z-0-000001.parquet");
        assertThat(read("/large/quotes-20240131T120000Z-0-000000.parquet")).containsExactly(all.get(0));
    }

    @Test
    void rowGroupsAreReadInTheirOrderFromAnyPosition() throws IOException {
        List<Quote> all = IntStream.range(0, 3_000)
                .mapToObj(i -> new Quote("symbol " + i, START.plusSeconds(i), i * 1.1))
                .toList();
        write("/groups/all.parquet", QUOTES.withRowGroupBytes(10_000), all);

        String path = Hdfs.address() + "/groups/all.parquet";
        try (RecordReader<Quote> reader = QUOTES.reader("all.parquet", store.open(path))) {
            for (int i = 0; i < all.size(); i++) {
                reader.read();
            }
            assertThat(reader.place()).matches("row 3000 \\(row group \\d+\\)");
        }
        FileSource<Quote> source = FileSource.of(store, path, QUOTES);
        assertThat(source.partitionName(0)).isEqualTo("all.parquet");
        for (int position : new int[] {0, 1, 1_500, 2_999, 3_000}) {
            assertThat(read(source, position)).isEqualTo(all.subList(position, all.size()));
        }
    }

    @Test
    void aMissingFileIsNamed() {
        String path = Hdfs.address() + "/nowhere/a.parquet";
        assertThatThrownBy(() -> FileSource.of(store, path, QUOTES).open(0, 0))
                .isInstanceOf(SourceException.class)
                .hasMessage("file: " + path + ": does not exist (expected: a file that can be read)");
    }

    /** The name node takes a file away from one who is writing it. */
    @Test
    void aWriterFromWhichAnotherHasTakenOverFails() throws IOException {
        String folder = Hdfs.address() + "/taken";
        RollingFileSink<Quote> sink =
                RollingFileSink.of(store, folder, "quotes.jsonl", JsonLinesFormat.of(Quote.class));
        Quote quote = new Quote("A", START, 101);
        try (SinkWriter<Quote> frozen = sink.open(SinkContext.fresh("p", "s", 0, 1))) {
            byte[] committed = frozen.snapshot();
            frozen.write(0, new Quote("larger than all buffers".repeat(10_000), START, 1));
            assertThat(store.list(folder)).hasSize(1);
            try (SinkWriter<Quote> other = sink.open(new SinkContext("p", "s", 0, 1, committed))) {
                assertThatThrownBy(frozen::flush)
                        .isInstanceOf(SinkException.class)
                        .hasMessageContaining("File does not exist");
                other.write(0, quote);
                other.complete();
            }
        }
        assertThat(store.list(folder)).containsExactly("quotes-0-000000.jsonl");
        assertThat(read(FileSource.of(store, folder + "/quotes-0-000000.jsonl", JsonLinesFormat.of(Quote.class)), 0))
                .containsExactly(quote);
    }

    @Test
    void nothingIsTakenOfAWriterFromWhichAnotherHasTakenOver() throws IOException {
        String folder = Hdfs.address() + "/frozen";
        RollingFileSink<Quote> sink = RollingFileSink.of(store, folder, "quotes.parquet", QUOTES);
        List<Quote> all = IntStream.range(0, 4)
                .mapToObj(i -> new Quote("symbol " + i, START, i))
                .toList();
        SinkWriter<Quote> frozen = sink.open(SinkContext.fresh("p", "s", 0, 1));
        frozen.write(0, all.get(0));
        byte[] committed = frozen.snapshot();
        frozen.committed();
        frozen.write(0, all.get(1));
        try (SinkWriter<Quote> other = sink.open(new SinkContext("p", "s", 0, 1, committed))) {
            other.write(0, all.get(2));
            frozen.flush();
            other.flush();
            other.write(0, all.get(3));
            other.flush();
            frozen.close();
            other.complete();
        }
        assertThat(read("/frozen/quotes-0-000000.parquet")).containsExactly(all.get(0), all.get(2), all.get(3));
    }

    @Test
    void linesCompressedByGzipArePutTogetherOfTheirMembers() throws IOException {
        String folder = Hdfs.address() + "/lines";
        JsonLinesFormat<Quote> lines = JsonLinesFormat.of(Quote.class);
        List<Quote> all = List.of(new Quote("A", START, 101), new Quote("B", START, 102), new Quote("C", START, 103));
        try (SinkWriter<Quote> writer =
                RollingFileSink.of(store, folder, "quotes.jsonl.gz", lines).open(SinkContext.fresh("p", "s", 0, 1))) {
            for (Quote quote : all) {
                writer.write(0, quote);
                writer.snapshot();
                writer.committed();
            }
            writer.complete();
        }
        assertThat(store.list(folder)).containsExactly("quotes-0-000000.jsonl.gz");
        assertThat(read(FileSource.of(store, folder + "/quotes-0-000000.jsonl.gz", lines), 0))
                .isEqualTo(all);
    }

    private void write(String path, FileFormat<Quote> format, List<Quote> quotes) throws IOException {
        try (RecordWriter<Quote> writer = format.writer(store.create(Hdfs.address() + path), false)) {
            for (Quote quote : quotes) {
                writer.write(quote);
            }
        }
    }

    private List<Quote> read(String path) {
        return read(FileSource.of(store, Hdfs.address() + path, QUOTES), 0);
    }

    private static List<Quote> read(FileSource<Quote> source, long position) {
        List<Quote> all = new ArrayList<>();
        try (SourceReader<Quote> reader = source.open(0, position)) {
            while (reader.poll(1_000, new Records(all)) != SourceReader.Status.END) {
                assertThat(all).hasSizeLessThan(100_000);
            }
        }
        return all;
    }

    private record Records(List<Quote> all) implements SourceReader.Collector<Quote> {
        @Override
        public void record(long offset, long logNanos, Quote value, byte @Nullable [] original) {
            all.add(value);
        }

        @Override
        public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
            throw error;
        }
    }
}
