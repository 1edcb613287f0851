package io.datastream.formats.avro;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.record.Decimal;
import io.datastream.sink.FileSink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.source.FileSource;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Avro examples of docs/formats.md: its snippets are the regions of this file. */
@Timeout(60)
class AvroGuideTest {
    // region: avro-record
    record Quote(
            String symbol,
            Instant time,
            @Decimal(precision = 18, scale = 4) BigDecimal price,
            @Nullable Long size) {}
    // endregion

    record OldQuote(
            String symbol,
            Instant time,
            @Decimal(precision = 18, scale = 4) BigDecimal price) {}

    private static final Quote QUOTE =
            new Quote("ABC", Instant.parse("2024-01-31T12:00:00.000000001Z"), new BigDecimal("101.2500"), null);

    @Test
    void recordsAreWrittenAndRead() {
        Schema oldSchema = AvroCodec.of(OldQuote.class).schema();
        // region: avro
        AvroCodec<Quote> codec = AvroCodec.of(Quote.class);
        AvroCodec<Quote> ofOldRecords = codec.withWriterSchema(oldSchema);
        // endregion

        assertThat(codec.decode(codec.encode(QUOTE))).isEqualTo(QUOTE);
        byte[] old = AvroCodec.of(OldQuote.class).encode(new OldQuote("ABC", QUOTE.time(), QUOTE.price()));
        assertThat(ofOldRecords.decode(old)).isEqualTo(QUOTE);
    }

    @Test
    void registriesAreAsked() throws IOException {
        try (RegistryServer server = new RegistryServer()) {
            String address = server.address();
            // region: avro-registry
            SchemaRegistry registry =
                    SchemaRegistry.at(address).withBasicAuth("key", "secret").withRegistration(Registration.REGISTER);
            AvroCodec<Quote> codec = AvroCodec.of(Quote.class).withRegistry(registry, "quotes-value");
            // endregion

            assertThat(codec.decode(codec.encode(QUOTE))).isEqualTo(QUOTE);
        }
    }

    @Test
    void filesAreWrittenAndRead(@TempDir Path folder) throws IOException {
        // region: avro-files
        AvroFormat<Quote> quotes = AvroFormat.of(Quote.class).withCompression(AvroCompression.ZSTANDARD);
        FileSink<Quote> sink = FileSink.of(folder.resolve("quotes.avro"), quotes);
        FileSource<Quote> source = FileSource.of(folder.resolve("quotes.avro"), quotes);
        // endregion

        try (SinkWriter<Quote> writer = sink.open(SinkContext.fresh("guide", "sink", 0, 1))) {
            writer.write(0, QUOTE);
            writer.complete();
        }
        assertThat(source.partitionName(0)).isEqualTo("quotes.avro");
        assertThat(folder.resolve("quotes.avro")).exists();
    }
}
