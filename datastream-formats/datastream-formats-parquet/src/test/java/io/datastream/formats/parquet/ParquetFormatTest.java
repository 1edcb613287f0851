package io.datastream.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.codec.record.Decimal;
import io.datastream.error.Masked;
import io.datastream.formats.parquet.Shapes.Leg;
import io.datastream.formats.parquet.Shapes.Side;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetFormatTest {
    record Row(int number, String text) {}

    record Wider(long number, @Nullable String text, Optional<Double> added) {}

    record Fewer(String text) {}

    record Demanding(int number, String added) {}

    record Order(List<Leg> legs, @Nullable Instant time) {}

    record Free(String side, int size) {}

    record Strict(Side side, int size) {
        Strict {
            if (size < 0) {
                throw new IllegalArgumentException("size: " + size + " (expected: >= 0)");
            }
        }
    }

    record Secretly(@Masked Side side, int size) {}

    record Unscaled(BigDecimal price) {}

    record Chain(@Nullable Chain next) {}

    record Price(@Decimal(precision = 5, scale = 2) BigDecimal price) {}

    @ParameterizedTest
    @EnumSource(ParquetCompression.class)
    void readsWhatItWritesInEveryCompression(ParquetCompression compression) throws IOException {
        ParquetFormat<Row> format = ParquetFormat.of(Row.class).withCompression(compression);
        List<Row> rows = rows(10_000);

        assertThat(ParquetFiles.read(format, ParquetFiles.write(format, rows))).isEqualTo(rows);
    }

    private static List<Row> rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Row(i, "row " + i % 100))
                .toList();
    }

    @Test
    void readsRowGroupsInTheirOrder() throws IOException {
        ParquetFormat<Row> format = ParquetFormat.of(Row.class).withRowGroupBytes(10_000);
        List<Row> rows = rows(20_000);
        byte[] file = ParquetFiles.write(format, rows);

        try (ParquetFileReader reader = ParquetFileReader.open(
                new ChannelInput("x", new BytesChannel(file)),
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
            assertThat(reader.getRowGroups()).hasSizeGreaterThan(3);
        }
        assertThat(ParquetFiles.read(format, file)).isEqualTo(rows);
    }

    @Test
    void findsColumnsByNameAndWidensNumbers() throws IOException {
        byte[] file = ParquetFiles.write(ParquetFormat.of(Row.class), List.of(new Row(7, "a")));

        assertThat(ParquetFiles.read(ParquetFormat.of(Wider.class), file))
                .containsExactly(new Wider(7, "a", Optional.empty()));
        assertThat(ParquetFiles.read(ParquetFormat.of(Fewer.class), file)).containsExactly(new Fewer("a"));
    }

    @Test
    void refusesFilesWithoutWhatMustBeThere() throws IOException {
        byte[] file = ParquetFiles.write(ParquetFormat.of(Row.class), List.of(new Row(7, "a")));

        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Demanding.class), file))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "schema: column \"added\": missing in the file (expected: a text; or mark it as @Nullable)");
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Price.class), file))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesNumbersThatWouldBeNarrowed() throws IOException {
        byte[] file = ParquetFiles.write(ParquetFormat.of(Wider.class), List.of(new Wider(7, "a", Optional.empty())));
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Row.class), file))
                .isInstanceOf(IOException.class)
                .hasMessage("schema: column \"number\": written as INT64 (expected: a whole number of 32 bits)");
    }

    @Test
    void saysWhichRowHasAWrongValueAndGoesOn() throws IOException {
        byte[] file = ParquetFiles.write(
                ParquetFormat.of(Free.class),
                List.of(new Free("BUY", 1), new Free("BOTH", 1), new Free("SELL", -1), new Free("SELL", 2)));

        assertThat(ParquetFiles.texts(ParquetFormat.of(Strict.class), file))
                .containsExactly(
                        "Strict[side=BUY, size=1]",
                        "! row 2: column \"side\": \"BOTH\" (expected: one of BUY, SELL)",
                        "! row 3: Strict: size: -1 (expected: >= 0)",
                        "Strict[side=SELL, size=2]");
    }

    @Test
    void showsNoMaskedValueInAnError() throws IOException {
        byte[] file = ParquetFiles.write(ParquetFormat.of(Free.class), List.of(new Free("BOTH", 1)));

        assertThat(ParquetFiles.texts(ParquetFormat.of(Secretly.class), file))
                .containsExactly(
                        "! row 1: field \"side\": what is wrong is not shown, since Secretly has masked fields (expected: Side)");
    }

    @Test
    void writesNothingOfARecordThatCannotBeWritten() throws IOException {
        ParquetFormat<Order> format = ParquetFormat.of(Order.class);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Order good = new Order(List.of(new Leg(Side.BUY, 1L)), Instant.EPOCH);
        List<Order> written = new ArrayList<>();
        try (RecordWriter<Order> writer = format.writer(out, false)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() ->
                                writer.write(new Order(List.of(new Leg(Side.BUY, 1L), new Leg(null, 1L)), null)))
                        .isInstanceOf(CodecException.class)
                        .hasMessage("column \"legs[1].side\": null (expected: a name; or mark it as @Nullable)");
                writer.write(good);
                written.add(good);
            }
            assertThatThrownBy(() -> writer.write(null)).isInstanceOf(CodecException.class);
        }
        assertThat(ParquetFiles.read(format, out.toByteArray())).isEqualTo(written);
    }

    @Test
    void roundsNoDecimal() {
        ParquetFormat<Price> format = ParquetFormat.of(Price.class);
        for (String tooLong : List.of("1.555", "1234.5", "1E+1000000000", "1E-1000000000")) {
            assertThatThrownBy(() -> ParquetFiles.write(format, List.of(new Price(new BigDecimal(tooLong)))))
                    .as(tooLong)
                    .isInstanceOf(CodecException.class)
                    .hasMessageStartingWith("column \"price\": a decimal number with more digits");
        }
    }

    @Test
    void refusesTypesThatFitNoColumns() {
        assertThatThrownBy(() -> ParquetFormat.of(Unscaled.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("component \"price\": BigDecimal without @Decimal (expected: ");
        assertThatThrownBy(() -> ParquetFormat.of(Chain.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("component \"next\": Chain within itself (expected: a fixed depth, as columns have)");
    }
}
