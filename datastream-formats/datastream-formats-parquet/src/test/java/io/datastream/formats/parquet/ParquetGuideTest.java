package io.datastream.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.RollingFileSink;
import io.datastream.source.FileSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Parquet examples of docs/formats.md: its snippets are the regions of this file. */
@Timeout(60)
class ParquetGuideTest {
    record Quote(String symbol, Instant time, double price) {}

    private static Pipeline hours(Path folder) {
        // region: parquet
        ParquetFormat<Quote> quotes = ParquetFormat.of(Quote.class).withCompression(ParquetCompression.ZSTD);

        Pipeline pipeline = Pipeline.from(
                        FileSource.of(folder.resolve("quotes.parquet"), quotes).eventTime(Quote::time))
                .filter(quote -> quote.price() > 100)
                .to(RollingFileSink.of(folder.resolve("large"), "quotes.parquet", quotes)
                        .withPeriod(Duration.ofHours(1))
                        .withMaxBytes(256L << 20))
                .named("large-quotes");
        // endregion
        return pipeline;
    }

    @Test
    void filesAreReadFilteredAndWrittenByTheHour(@TempDir Path folder) throws Exception {
        Instant start = Instant.parse("2024-01-31T12:00:00.000000001Z");
        List<Quote> all = List.of(
                new Quote("A", start, 101),
                new Quote("B", start.plusSeconds(1), 99),
                new Quote("A", start.plusSeconds(3_600), 102));
        Files.write(folder.resolve("quotes.parquet"), ParquetFiles.write(ParquetFormat.of(Quote.class), all));

        try (PipelineController controller = LocalRuntime.create().start(hours(folder))) {
            controller.awaitTermination();
        }

        Path large = folder.resolve("large");
        try (Stream<Path> files = Files.list(large)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "quotes-20240131T120000Z-0-000000.parquet", "quotes-20240131T130000Z-0-000001.parquet");
        }
        assertThat(ParquetFiles.read(
                        ParquetFormat.of(Quote.class), large.resolve("quotes-20240131T120000Z-0-000000.parquet")))
                .containsExactly(all.get(0));
    }
}
