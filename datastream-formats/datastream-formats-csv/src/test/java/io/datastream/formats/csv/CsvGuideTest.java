package io.datastream.formats.csv;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.error.ErrorPolicy;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.FileSink;
import io.datastream.source.FileSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The CSV examples of docs/formats.md: its snippets are the regions of this file. */
@Timeout(60)
class CsvGuideTest {
    // region: trade
    record Trade(Instant time, double price, @Nullable Double amount) {}
    // endregion

    @TempDir
    Path folder;

    private static Pipeline files(Path folder) {
        // region: files
        CsvFormat<Trade> trades = CsvFormat.of(Trade.class).withEpochTimes(ChronoUnit.SECONDS);

        Pipeline pipeline = Pipeline.from(FileSource.of(folder.resolve("trades.csv"), trades)
                        .eventTime(Trade::time)
                        .onError(ErrorPolicy.skip()))
                .filter(trade -> trade.price() >= 800)
                .to(FileSink.of(folder.resolve("large.csv.gz"), CsvFormat.of(Trade.class)))
                .named("large-trades");
        // endregion
        return pipeline;
    }

    private static CsvFormat<Trade> layout() {
        // region: layout
        CsvFormat<Trade> format = CsvFormat.of(Trade.class)
                .withDelimiter(';')
                .withHeader(Header.ABSENT)
                .withColumns("price", "exchange", "time", "amount")
                .withUnknownColumns(UnknownColumns.IGNORE)
                .withNullText("NA");
        // endregion
        return format;
    }

    @Test
    void filesAreReadFilteredAndWritten() throws Exception {
        Files.writeString(folder.resolve("trades.csv"), """
                time,price,amount
                1385337600,800.01,0.1
                1385337613,none,0.2
                1385337620,799.5,0.3
                1385337627,800.05,
                """);

        try (PipelineController controller = LocalRuntime.create().start(files(folder))) {
            controller.awaitTermination();
        }

        assertThat(Rows.values(
                        CsvFormat.of(Trade.class),
                        new GZIPInputStream(Files.newInputStream(folder.resolve("large.csv.gz"))).readAllBytes()))
                .containsExactly(
                        new Trade(Instant.parse("2013-11-25T00:00:00Z"), 800.01, 0.1),
                        new Trade(Instant.parse("2013-11-25T00:00:27Z"), 800.05, null));
    }

    @Test
    void otherLayoutsAreRead() {
        assertThat(Rows.read(layout(), "800.01;XETRA;2013-11-25T00:00:00Z;NA\n"))
                .containsExactly("Trade[time=2013-11-25T00:00:00Z, price=800.01, amount=null]");
    }
}
