package io.datastream.formats.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.lz4.Lz4Compressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to hurt. */
@Timeout(60)
class ParquetHostileInputTest {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    record Numbers(List<Integer> numbers) {}

    record Blob(@SuppressWarnings("ArrayRecordComponent") byte[] bytes) {}

    record Row(int number) {}

    @ParameterizedTest
    @EnumSource(value = ParquetCompression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void refusesACompressionBomb(ParquetCompression compression) throws IOException {
        ParquetFormat<Blob> format = ParquetFormat.of(Blob.class).withCompression(compression);
        byte[] file = ParquetFiles.write(format, List.of(new Blob(new byte[70 << 20])));

        assertThat(file).hasSizeLessThan(8 << 20);
        assertThatThrownBy(() -> ParquetFiles.read(format, file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("row 1: ")
                .hasMessageContaining("bytes uncompressed (expected: at most 67108864; see withMaxPageBytes)");
    }

    @Test
    void refusesAListOfMillionsInAFewBytes() throws IOException {
        ParquetFormat<Numbers> format = ParquetFormat.of(Numbers.class);
        byte[] file = ParquetFiles.write(
                format, List.of(new Numbers(List.of(1)), new Numbers(Collections.nCopies(5_000_000, 7))));

        assertThat(file).hasSizeLessThan(100_000);
        assertThatThrownBy(() -> ParquetFiles.read(format, file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "row 2: a row of more than 67108864 bytes (expected: at most that; see withMaxRowBytes)");
        assertThat(ParquetFiles.read(format.withMaxRowBytes(1L << 30), file)).hasSize(2);
    }

    @Test
    void refusesColumnsOutsideTheFile() throws IOException {
        assertThatThrownBy(() -> ParquetFiles.read(
                        ParquetFormat.of(Row.class),
                        changed(footer -> footer.getRow_groups()
                                .get(0)
                                .getColumns()
                                .get(0)
                                .getMeta_data()
                                .setTotal_compressed_size(Long.MAX_VALUE))))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "row group 1, column \"number\": 9223372036854775807 bytes at 4 (expected: within");
        assertThatThrownBy(() -> ParquetFiles.read(
                        ParquetFormat.of(Row.class),
                        changed(footer -> footer.getRow_groups()
                                .get(0)
                                .getColumns()
                                .get(0)
                                .getMeta_data()
                                .setData_page_offset(-1))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesMoreRowsThanThereAre() throws IOException {
        byte[] file = changed(footer -> footer.getRow_groups().get(0).setNum_rows(Long.MAX_VALUE));
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Row.class), file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("row 4: ");
    }

    @Test
    void refusesARowGroupThatIsTooLarge() throws IOException {
        byte[] file = ParquetFiles.write(
                ParquetFormat.of(Row.class),
                IntStream.range(0, 10_000).mapToObj(Row::new).toList());
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Row.class).withMaxRowGroupBytes(5_000), file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("row group 1: ")
                .hasMessageContaining("bytes (expected: at most 5000; see withMaxRowGroupBytes)");
    }

    @Test
    void refusesAFooterThatIsTooLarge() throws IOException {
        byte[] file = ParquetFiles.write(ParquetFormat.of(Row.class), List.of(new Row(1)));
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Row.class).withMaxRowGroupBytes(10), file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("footer: ")
                .hasMessageContaining("bytes (expected: at most 10; see withMaxRowGroupBytes)");
    }

    /** Parquet's reader would take the memory for each of them first. */
    @ParameterizedTest
    @CsvSource({
        "6880c2d72f,         a text of 100000000 bytes (expected: at most the 3 bytes that are left)",
        "29fc80c2d72f,       a list of 100000000 values (expected: at most the 3 bytes that are left)",
        "2afc80c2d72f,       a list of 100000000 values (expected: at most the 3 bytes that are left)",
        "fb80c2d72f88,       a map of 100000000 values (expected: at most the 3 bytes that are left)",
        "6cf880c2d72f,       a text of 100000000 bytes (expected: at most the 3 bytes that are left)",
        "68ffffffffffffffffff01, a text of -1 bytes (expected: at most the 3 bytes that are left)",
        "15ffffffffffffffffffff, a number of more than 10 bytes (expected: at most 64 bits)",
        "1d,                 'a value of type 13 (expected: one of Thrift''s types, 1 to 12)'",
    })
    void refusesLengthsThatTheFooterDoesNotHave(String footer, String problem) throws IOException {
        byte[] file = file(new byte[0], HexFormat.of().parseHex(footer + "000000"));
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Row.class), file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("footer: byte ")
                .hasMessageEndingWith(": " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1c", "1919", "1b0199"})
    void refusesAFooterThatIsNestedTooDeep(String level) throws IOException {
        byte[] file = file(new byte[0], HexFormat.of().parseHex(level.repeat(100_000)));
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Row.class), file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("footer: byte ")
                .hasMessageEndingWith(": nested deeper than 64 (expected: a footer of Parquet)");
    }

    @Test
    void takesNoTimeForFramesOfNothing() throws IOException {
        byte[] zeros = new byte[4 << 20];
        Lz4Compressor compressor = new Lz4Compressor();
        byte[] packed = new byte[compressor.maxCompressedLength(zeros.length)];
        int length = compressor.compress(zeros, 0, zeros.length, packed, 0, packed.length);
        ByteBuffer frames = ByteBuffer.allocate(8 + length + 9 * 1_000_000);
        frames.putInt(zeros.length).putInt(length).put(packed, 0, length);
        while (frames.hasRemaining()) {
            frames.putInt(0).putInt(1).put((byte) 0);
        }

        byte[] page = new PageCodecs(zeros.length)
                .getDecompressor(CompressionCodecName.LZ4)
                .decompress(BytesInput.from(frames.array()), zeros.length)
                .toInputStream()
                .readAllBytes();

        assertThat(page).isEqualTo(zeros);
    }

    @Test
    void refusesASchemaThatIsNestedTooDeep() throws IOException {
        List<SchemaElement> schema = new ArrayList<>();
        for (int depth = 0; depth < 200_000; depth++) {
            schema.add(new SchemaElement("g").setNum_children(1).setRepetition_type(FieldRepetitionType.OPTIONAL));
        }
        schema.add(new SchemaElement("number").setType(Type.INT32).setRepetition_type(FieldRepetitionType.REQUIRED));
        FileMetaData footer = new FileMetaData(1, schema, 0, new ArrayList<>());

        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Row.class), file(new byte[0], footer)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("footer: ");
    }

    @Test
    void refusesAPageThatWasChanged() throws IOException {
        byte[] file = ParquetFiles.write(
                ParquetFormat.of(Blob.class).withCompression(ParquetCompression.NONE),
                List.of(new Blob("a long text".getBytes(StandardCharsets.US_ASCII))));
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("long");
        file[at] ^= 1;
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Blob.class), file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("row 1: ")
                .hasMessageContaining("CRC");
    }

    @Test
    void refusesEncryptedFiles() throws IOException {
        byte[] file = ParquetFiles.write(ParquetFormat.of(Row.class), List.of(new Row(1)));
        System.arraycopy("PARE".getBytes(StandardCharsets.US_ASCII), 0, file, file.length - 4, 4);
        assertThatThrownBy(() -> ParquetFiles.read(ParquetFormat.of(Row.class), file))
                .isInstanceOf(IOException.class)
                .hasMessage("footer: encrypted (expected: a file that is not encrypted)");
    }

    /** A file of three rows with another footer. */
    private static byte[] changed(Consumer<FileMetaData> change) throws IOException {
        byte[] file = ParquetFiles.write(
                ParquetFormat.of(Row.class).withCompression(ParquetCompression.NONE),
                List.of(new Row(1), new Row(2), new Row(3)));
        int end = file.length - 8;
        int start = end - ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
        FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(file, start, end - start));
        change.accept(footer);
        return file(Arrays.copyOfRange(file, 4, start), footer);
    }

    private static byte[] file(byte[] pages, FileMetaData footer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer, bytes);
        return file(pages, bytes.toByteArray());
    }

    private static byte[] file(byte[] pages, byte[] footer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(MAGIC);
        out.write(pages);
        out.write(footer);
        out.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(footer.length)
                .array());
        out.write(MAGIC);
        return out.toByteArray();
    }
}
