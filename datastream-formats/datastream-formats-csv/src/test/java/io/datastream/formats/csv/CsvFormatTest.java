package io.datastream.formats.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.formats.csv.Rows.Bean;
import io.datastream.formats.csv.Rows.Mixed;
import io.datastream.formats.csv.Rows.Renamed;
import io.datastream.formats.csv.Rows.Side;
import io.datastream.formats.csv.Rows.Single;
import io.datastream.formats.csv.Rows.Trade;
import io.datastream.formats.csv.Rows.Word;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CsvFormatTest {
    private static final CsvFormat<Trade> TRADES = CsvFormat.of(Trade.class);

    record Timed(Instant at, double value) {}

    @Test
    void readsRecordsByTheNamesOfTheHeader() {
        assertThat(Rows.read(TRADES, "note,price,ts\nfirst,2.5,1\nsecond,-3,2\n"))
                .containsExactly("Trade[ts=1, price=2.5, note=first]", "Trade[ts=2, price=-3.0, note=second]");
    }

    @Test
    void readsFilesWithoutHeader() {
        assertThat(Rows.read(TRADES.withHeader(Header.ABSENT), "1,2.5,first"))
                .containsExactly("Trade[ts=1, price=2.5, note=first]");
    }

    @Test
    void readsColumnsInAGivenOrder() {
        CsvFormat<Trade> format = CsvFormat.of(Trade.class)
                .withHeader(Header.ABSENT)
                .withColumns("price", "note", "exchange", "ts")
                .withUnknownColumns(UnknownColumns.IGNORE)
                .withDelimiter(';');

        assertThat(Rows.read(format, "2.5;first;XETRA;1\n")).containsExactly("Trade[ts=1, price=2.5, note=first]");
    }

    @Test
    void passesOverUnknownColumnsOnRequest() {
        assertThat(Rows.read(
                        TRADES.withUnknownColumns(UnknownColumns.IGNORE), "ts,junk,price,note,more\n1,\"x\ny\",2,n,\n"))
                .containsExactly("Trade[ts=1, price=2.0, note=n]");
    }

    @Test
    void takesAllLineEnds() {
        assertThat(Rows.read(TRADES, "ts,price,note\r\n1,2,a\r2,2,b\n3,2,c"))
                .containsExactly(
                        "Trade[ts=1, price=2.0, note=a]",
                        "Trade[ts=2, price=2.0, note=b]",
                        "Trade[ts=3, price=2.0, note=c]");
    }

    @Test
    void readsQuotedCells() {
        assertThat(Rows.read(TRADES, "\"ts\",\"price\",note\n\"1\",\"2\",\"a, \"\"b\"\"\r\nc\"\n"))
                .containsExactly("Trade[ts=1, price=2.0, note=a, \"b\"\r\nc]");
    }

    @Test
    void takesAQuoteWithinACellAsText() {
        assertThat(Rows.read(TRADES, "ts,price,note\n1,2,5\" pipe\n"))
                .containsExactly("Trade[ts=1, price=2.0, note=5\" pipe]");
    }

    @Test
    void tellsEmptyCellsFromEmptyTexts() {
        assertThat(Rows.read(TRADES, "ts,price,note\n1,2,\n2,2,\"\"\n"))
                .containsExactly("Trade[ts=1, price=2.0, note=null]", "Trade[ts=2, price=2.0, note=]");
    }

    @Test
    void takesATextForNull() {
        assertThat(Rows.read(TRADES.withNullText("NA"), "ts,price,note\n1,2,NA\n2,2,\"NA\"\n3,2,\n"))
                .containsExactly(
                        "Trade[ts=1, price=2.0, note=null]",
                        "Trade[ts=2, price=2.0, note=NA]",
                        "Trade[ts=3, price=2.0, note=null]");
    }

    @Test
    void takesEmptyCellsAsNaNOnRequest() {
        assertThat(Rows.read(TRADES.withEmptyAsNaN(), "ts,price,note\n1,,n\n2,NaN,n\n"))
                .containsExactly("Trade[ts=1, price=NaN, note=n]", "Trade[ts=2, price=NaN, note=n]");
    }

    @Test
    void leavesOutBlanksAroundNumbersAndNamesButNotAroundTexts() {
        assertThat(Rows.read(TRADES, "ts, price ,note\n 1 ,\t2 , n \n"))
                .containsExactly("Trade[ts=1, price=2.0, note= n ]");
        assertThat(Rows.read(
                        CsvFormat.of(Mixed.class).withHeader(Header.ABSENT),
                        " 0,0,0,,0,,\ttrue ,c,\tBUY ,,,,, 7c222e91-f563-5a2b-8ee0-000000000001 "))
                .singleElement()
                .asString()
                .contains("ok=true", "side=BUY", "id=7c222e91-f563-5a2b-8ee0-000000000001");
    }

    @Test
    void passesOverEmptyLines() {
        assertThat(Rows.read(TRADES, "\n\nts,price,note\n\n1,2,a\n\r\n\n2,2,b\n\n"))
                .hasSize(2);
    }

    @Test
    void takesEmptyLinesOfASingleColumnAsNull() throws IOException {
        CsvFormat<Word> words = CsvFormat.of(Word.class);

        String file = Rows.write(words, new Word("a"), new Word(null), new Word(""));

        assertThat(file).isEqualTo("word\na\n\n\"\"\n");
        assertThat(Rows.read(words, file)).containsExactly("Word[word=a]", "Word[word=null]", "Word[word=]");
    }

    @Test
    void passesOverAByteOrderMark() {
        assertThat(Rows.read(TRADES, "\ufeffts,price,note\n1,2,a\n")).hasSize(1);
        assertThat(Rows.read(
                        CsvFormat.of(Single.class).withHeader(Header.ABSENT).withMaxRecordBytes(1), "\ufeff5"))
                .containsExactly("Single[value=5.0]");
    }

    @Test
    void findsNoRecordsInAnEmptyFile() {
        assertThat(Rows.read(TRADES, "")).isEmpty();
        assertThat(Rows.read(TRADES, "ts,price,note")).isEmpty();
        assertThat(Rows.read(TRADES.withHeader(Header.ABSENT), "\n\n")).isEmpty();
    }

    @Test
    void readsTimesAsNumbersOnRequest() throws IOException {
        CsvFormat<Timed> format = CsvFormat.of(Timed.class).withEpochTimes(ChronoUnit.SECONDS);

        assertThat(Rows.read(format, "at,value\n1385337600,800.01\n"))
                .containsExactly("Timed[at=2013-11-25T00:00:00Z, value=800.01]");
        assertThat(Rows.write(format, new Timed(Instant.ofEpochSecond(-1, 999_999_999), 1)))
                .isEqualTo("at,value\n-1,1.0\n");
    }

    @Test
    void writesAHeaderAndARecordALine() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var writer = CsvFormat.of(Trade.class).writer(out, false)) {
            writer.write(new Trade(1, 2.5, "plain"));
            writer.write(new Trade(2, Double.NaN, null));
            writer.write(new Trade(3, 1e-3, "with \"quotes\", and\nlines"));
        }

        assertThat(out.toString(UTF_8))
                .isEqualTo("ts,price,note\n1,2.5,plain\n2,NaN,\n3,0.001,\"with \"\"quotes\"\", and\nlines\"\n");
    }

    @Test
    void writesNoHeaderToAFileThatGoesOn() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var writer = TRADES.writer(out, true)) {
            writer.write(new Trade(1, 2, "a"));
        }

        assertThat(out.toString(UTF_8)).isEqualTo("1,2.0,a\n");
    }

    @Test
    void writesTheColumnsAskedFor() throws IOException {
        assertThat(Rows.write(TRADES.withColumns("note", "ts"), new Trade(1, 2, "a")))
                .isEqualTo("note,ts\na,1\n");
    }

    @Test
    void readsWhatItWrites() throws IOException {
        CsvFormat<Mixed> format = CsvFormat.of(Mixed.class);
        Mixed full = new Mixed(
                Byte.MIN_VALUE,
                Short.MAX_VALUE,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                1.1f,
                -0.0,
                true,
                ',',
                Side.SELL,
                Instant.parse("2262-04-11T23:47:16.854775807Z"),
                LocalDate.of(2024, 2, 29),
                new BigDecimal("1.50"),
                new BigInteger("123456789012345678901234567890"),
                new UUID(1, 2));
        Mixed empty = new Mixed((byte) 0, (short) 0, 0, null, 0f, null, false, '"', null, null, null, null, null, null);

        String file = Rows.write(format, full, empty);

        assertThat(Rows.values(format, file.getBytes(UTF_8))).containsExactly(full, empty);
    }

    @Test
    void readsAndWritesABean() throws IOException {
        CsvFormat<Bean> format = CsvFormat.of(Bean.class);
        Bean bean = new Bean();
        bean.setCount(5);
        bean.setName("n");

        Bean copy =
                Rows.values(format, Rows.write(format, bean).getBytes(UTF_8)).get(0);

        assertThat(copy).usingRecursiveComparison().isEqualTo(bean);
    }

    @Test
    void namesColumnsAsJacksonDoes() throws IOException {
        CsvFormat<Renamed> format = CsvFormat.of(Renamed.class);

        assertThat(Rows.write(format, new Renamed(1))).isEqualTo("px\n1.0\n");
        assertThat(Rows.read(format, "px\n2\n")).containsExactly("Renamed[price=2.0]");
    }

    @Test
    void quotesWhatWouldBeReadAsNull() throws IOException {
        CsvFormat<Trade> format = TRADES.withNullText("NA").withQuote('\'');

        String file = Rows.write(format, new Trade(1, 1, "NA"), new Trade(1, 1, null), new Trade(1, 1, "it's"));

        assertThat(file).isEqualTo("ts,price,note\n1,1.0,'NA'\n1,1.0,NA\n1,1.0,'it''s'\n");
        assertThat(Rows.values(format, file.getBytes(UTF_8)))
                .containsExactly(new Trade(1, 1, "NA"), new Trade(1, 1, null), new Trade(1, 1, "it's"));
    }

    @Test
    void namesPlacesAndGivesTheBytesOfALine() throws IOException {
        byte[] file = "ts,price,note\n1,2,a\n2,2,\"b\nb\"\n3,2,c".getBytes(UTF_8);
        try (var reader = TRADES.reader("x", new ByteArrayInputStream(file))) {
            reader.read();
            assertThat(reader.place()).isEqualTo("line 2");
            assertThat(reader.raw()).asString(UTF_8).isEqualTo("1,2,a");
            reader.read();
            assertThat(reader.place()).isEqualTo("line 3");
            assertThat(reader.raw()).asString(UTF_8).isEqualTo("2,2,\"b\nb\"");
            reader.read();
            assertThat(reader.place()).isEqualTo("line 5");
            assertThat(reader.read()).isNull();
            assertThat(reader.read()).isNull();
            assertThat(reader.raw()).isNull();
        }
    }

    @Test
    void crossesTheWire() throws Exception {
        CsvFormat<Trade> format = TRADES.withColumns("ts", "price", "note").withEmptyAsNaN();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(List.of(format, CsvCodec.of(format)));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            CsvFormat<Trade> copy = (CsvFormat<Trade>) ((List<?>) in.readObject()).get(0);

            assertThat(Rows.read(copy, "ts,price,note\n1,,a\n")).containsExactly("Trade[ts=1, price=NaN, note=a]");
        }
    }
}
