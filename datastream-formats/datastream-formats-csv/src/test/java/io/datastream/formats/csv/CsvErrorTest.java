package io.datastream.formats.csv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.error.Masked;
import io.datastream.formats.csv.Rows.AnnotatedTrade;
import io.datastream.formats.csv.Rows.Mixed;
import io.datastream.formats.csv.Rows.Single;
import io.datastream.formats.csv.Rows.Sized;
import io.datastream.formats.csv.Rows.Trade;
import io.datastream.formats.csv.Rows.Word;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvErrorTest {
    private static final CsvFormat<Trade> TRADES = CsvFormat.of(Trade.class);

    record Timed(Instant at) {}

    record Nested(long ts, List<String> all) {}

    record Money(Currency currency) {}

    record Outer(Trade trade) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1,abc,n     | column \"price\": \"abc\" (expected: a number)",
                "1,1d,n      | column \"price\": \"1d\" (expected: a number)",
                "1,0x1p3,n   | column \"price\": \"0x1p3\" (expected: a number)",
                "1,nan,n     | column \"price\": \"nan\" (expected: a number)",
                "1,'1,5',n   | column \"price\": \"1,5\" (expected: a number)",
                "1,1e400,n   | column \"price\": \"1e400\" (expected: a number within the range of double)",
                "1,,n        | column \"price\": empty (expected: a number)",
                "1,'',n      | column \"price\": \"\" (expected: a number)",
                "1.0,2,n     | column \"ts\": \"1.0\" (expected: a whole number)",
                "1e3,2,n     | column \"ts\": \"1e3\" (expected: a whole number)",
                "--1,2,n     | column \"ts\": \"--1\" (expected: a whole number)",
                "\u0661,2,n  | column \"ts\": \"\u0661\" (expected: a whole number)",
                ",2,n        | column \"ts\": empty (expected: a whole number)",
                "99999999999999999999,2,n | column \"ts\": \"99999999999999999999\" (expected: a whole number from -9223372036854775808 to 9223372036854775807)",
                "1,2         | 2 columns (expected: 3: ts, price, note)",
                "1           | 1 column (expected: 3: ts, price, note)",
                "1,2,3,4     | 4 columns (expected: 3: ts, price, note)",
                "1,2,'a'b    | text after a closing quote (expected: the end of the cell)",
            })
    void namesLineColumnAndValueAndGoesOn(String line, String problem) {
        String written = line.replace('\'', '"');
        String file = "ts,price,note\n7,8,before\n" + written + "\n9,10,after\n";
        List<String> expected = List.of(
                "Trade[ts=7, price=8.0, note=before]",
                "! line 3: " + problem + " | " + written,
                "Trade[ts=9, price=10.0, note=after]");

        assertThat(Rows.read(TRADES, file)).isEqualTo(expected);
        assertThat(Rows.read(CsvFormat.of(AnnotatedTrade.class), file).get(1)).isEqualTo(expected.get(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0  | 200        | column 'b': '200' (expected: a whole number from -128 to 127)",
                "2  | 3000000000 | column 'i': '3000000000' (expected: a whole number from -2147483648 to 2147483647)",
                "4  | 1e50       | column 'f': '1e50' (expected: a number within the range of float)",
                "6  | True       | column 'ok': 'True' (expected: true or false)",
                "6  | 1          | column 'ok': '1' (expected: true or false)",
                "7  | xy         | column 'c': 'xy' (expected: a text of one character)",
                "8  | buy        | column 'side': 'buy' (expected: one of BUY, SELL)",
                "9  | 31.1.24    | column 'at': '31.1.24' (expected: a time such as 2024-01-31T12:00:00Z)",
                "10 | 2024       | column 'day': '2024' (expected: a date such as 2024-01-31)",
                "11 | 1.x        | column 'big': '1.x' (expected: a number)",
                "12 | 1.5        | column 'whole': '1.5' (expected: a whole number)",
                "13 | abc        | column 'id': 'abc' (expected: a UUID)",
                "13 | 7c222e91-f563-5a2b-8ee | column 'id': '7c222e91-f563-5a2b-8ee' (expected: a UUID)",
            })
    void saysWhatEachTypeExpects(int column, String cell, String problem) {
        String[] cells = "0,0,0,,0,,true,c,,,,,,".split(",", -1);
        cells[column] = cell;
        String line = String.join(",", cells);

        assertThat(Rows.read(CsvFormat.of(Mixed.class).withHeader(Header.ABSENT), line))
                .containsExactly("! line 1: " + problem.replace('\'', '"') + " | " + line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u000b", "\u001c", "\f", "\u2003"})
    void refusesControlCharactersAndOtherWhiteSpaceAroundAllButTexts(String around) {
        String[] good =
                "1,2,3,4,5.5,6.5,true,c,BUY,2024-01-31T12:00:00Z,2024-01-31,7.5,8,7c222e91-f563-5a2b-8ee0-000000000001"
                        .split(",", -1);
        for (int column = 0; column < good.length; column++) {
            for (String cell : List.of(around + good[column], good[column] + around)) {
                String[] cells = good.clone();
                cells[column] = cell;
                String line = String.join(",", cells);

                assertThat(Rows.read(CsvFormat.of(Mixed.class).withHeader(Header.ABSENT), line))
                        .singleElement()
                        .asString()
                        .startsWith("! line 1: column \"");
            }
        }
    }

    @Test
    void refusesControlCharactersAroundTypesThatJacksonKnows() {
        CsvFormat<Money> format = CsvFormat.of(Money.class).withHeader(Header.ABSENT);

        assertThat(Rows.read(format, " EUR\t")).containsExactly("Money[currency=EUR]");
        assertThat(Rows.read(format, "\u0000EUR"))
                .containsExactly("! line 1: column \"currency\": \"\\u0000EUR\" (expected: a Currency) | \u0000EUR");
    }

    @Test
    void refusesControlCharactersAroundNamesOfColumns() {
        assertThatThrownBy(() -> Rows.read(TRADES, "\u001cts,price,note\n1,2,n\n"))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("line 1: columns: \"\\u001cts\" is unknown");
    }

    @Test
    void losesOnlyTheLineOfAQuoteThatIsNotClosed() {
        assertThat(Rows.read(TRADES, "ts,price,note\n1,2,\"open\n2,2,b\n3,2,c\n"))
                .containsExactly(
                        "! line 2: quote that is not closed (expected: closed before the end) | 1,2,\"open",
                        "Trade[ts=2, price=2.0, note=b]",
                        "Trade[ts=3, price=2.0, note=c]");
    }

    @Test
    void losesOnlyTheLineOfAQuoteThatIsClosedByAnother() {
        assertThat(Rows.read(TRADES, "ts,price,note\n1,2,\"open\n2,2,b\n3,2,\"c\"\n4,2,d\n"))
                .containsExactly(
                        "! line 2: text after a closing quote (expected: the end of the cell) | 1,2,\"open",
                        "Trade[ts=2, price=2.0, note=b]",
                        "Trade[ts=3, price=2.0, note=c]",
                        "Trade[ts=4, price=2.0, note=d]");
    }

    @Test
    void readsTheLinesAgainThatAQuoteMadeARecordOfTheWrongSize() {
        assertThat(Rows.read(TRADES, "ts,price,note\n1,2,x,\"\n2,2,b\n\"\n4,2,d\n"))
                .containsExactly(
                        "! line 2: 4 columns (expected: 3: ts, price, note) | 1,2,x,\"",
                        "Trade[ts=2, price=2.0, note=b]",
                        "! line 4: quote that is not closed (expected: closed before the end) | \"",
                        "Trade[ts=4, price=2.0, note=d]");
    }

    @Test
    void boundsWhatAQuoteCanSwallow() {
        CsvFormat<Trade> format = TRADES.withMaxRecordBytes(20);

        assertThat(Rows.read(format, "ts,price,note\n1,2,\"open\n2,2,b\n3,2,c\n4,2,d\n5,2,e\"\n"))
                .containsExactly(
                        "! line 2: more than 20 bytes (expected: at most 20; is a quote not closed?) | 1,2,\"open",
                        "Trade[ts=2, price=2.0, note=b]",
                        "Trade[ts=3, price=2.0, note=c]",
                        "Trade[ts=4, price=2.0, note=d]",
                        "Trade[ts=5, price=2.0, note=e\"]");
    }

    @Test
    void dropsLinesThatAreTooLong() {
        CsvFormat<Trade> format = TRADES.withMaxRecordBytes(20);
        String fits = "1,2," + "x".repeat(16);

        assertThat(Rows.read(format, "ts,price,note\n" + fits + "\n" + fits + "x\n" + fits + "\r\n" + fits + "x"))
                .containsExactly(
                        "Trade[ts=1, price=2.0, note=xxxxxxxxxxxxxxxx]",
                        "! line 3: more than 20 bytes (expected: at most 20) | " + fits,
                        "Trade[ts=1, price=2.0, note=xxxxxxxxxxxxxxxx]",
                        "! line 5: more than 20 bytes (expected: at most 20) | " + fits);
    }

    @Test
    void needsNoMoreMemoryThanTheLongestRecordForAnEndlessLine() {
        InputStream endless = new InputStream() {
            private long left = 1_500_000_000L;

            @Override
            public int read() {
                return left-- > 0 ? '"' : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (left <= 0) {
                    return -1;
                }
                int count = (int) Math.min(length, left);
                Arrays.fill(target, offset, offset + count, (byte) 'x');
                left -= count;
                return count;
            }
        };

        assertThatThrownBy(() -> {
                    try (var reader = TRADES.withHeader(Header.ABSENT).reader("x", endless)) {
                        reader.read();
                    }
                })
                .isInstanceOf(CodecException.class)
                .hasMessage("line 1: more than 1048576 bytes (expected: at most 1048576)");
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        byte[] latin = "ts,price,note\n1,2,\u00fc\n2,2,b\n".getBytes(ISO_8859_1);

        assertThat(Rows.read(TRADES, latin).get(0))
                .startsWith("! line 2: column \"note\": bytes that are no UTF-8 (expected: a text in UTF-8)");
        assertThat(Rows.read(CsvFormat.of(AnnotatedTrade.class), latin).get(0))
                .startsWith("! line 2: column \"note\": bytes that are no UTF-8 (expected: a text in UTF-8)");
        assertThat(Rows.read(TRADES, "ts,price,note\n1,2,\ufffd\n".getBytes(UTF_8)))
                .containsExactly("Trade[ts=1, price=2.0, note=\ufffd]");
    }

    @Test
    void refusesEveryByteThatIsNoUtf8BesideADoubledQuote() {
        for (int b = 0x80; b <= 0xff; b++) {
            byte[] file = ("ts,price,note\n1,2,\"" + (char) b + "a \"\" b\"\n").getBytes(ISO_8859_1);

            assertThat(Rows.read(TRADES, file).get(0))
                    .as("byte %x", b)
                    .startsWith("! line 2: column \"note\": bytes that are no UTF-8 (expected: a text in UTF-8)");
        }
    }

    @Test
    void refusesAnEscapeWithinACharacter() {
        byte[] file =
                "ts,price,note\n1,2,\"\u00f0\u009f\u0098\\\u0080\"\n3,4,\"\\\u00c3\u00a9\"\n".getBytes(ISO_8859_1);

        assertThat(Rows.read(TRADES.withEscape('\\'), file))
                .hasSize(2)
                .endsWith("Trade[ts=3, price=4.0, note=\u00e9]")
                .first()
                .asString()
                .startsWith("! line 2: column \"note\": bytes that are no UTF-8 (expected: a text in UTF-8)");
    }

    @Test
    void saysWhyAValueWasRefused() {
        assertThat(Rows.read(CsvFormat.of(Sized.class), "size\n-1\n5\n"))
                .containsExactly("! line 2: Sized: size: -1 (expected: > 0) | -1", "Sized[size=5]");
    }

    @Test
    void cutsLongValues() {
        String cell = "z".repeat(1000);

        assertThat(Rows.read(CsvFormat.of(Single.class), "value\n" + cell + "\n"))
                .containsExactly(
                        "! line 2: column \"value\": \"" + "z".repeat(60) + "...\" (expected: a number) | " + cell);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ts,price            | columns: 'note' is missing (expected: ts, price, note)",
                "ts,px,note          | columns: 'px' is unknown, 'price' is missing (expected: ts, price, note)",
                "ts,ts,price,note    | columns: 'ts' occurs twice (expected: ts, price, note)",
                "TS,price,note       | columns: 'TS' is unknown, 'ts' is missing (expected: ts, price, note)",
                "1,2.5,n             | columns: '1' is unknown, '2.5' is unknown, 'n' is unknown, 'ts' is missing, 'price' is missing, 'note' is missing (expected: ts, price, note)",
            })
    void refusesAHeaderWithOtherColumns(String header, String problem) {
        assertThatThrownBy(() -> Rows.read(TRADES, header + "\n1,2,n\n"))
                .isInstanceOf(CodecException.class)
                .hasMessage("line 1: " + problem.replace('\'', '"'));
    }

    @Test
    void refusesABrokenHeader() {
        assertThatThrownBy(() -> Rows.read(TRADES, "ts,\"price,note\n1,2,n\n"))
                .isInstanceOf(CodecException.class)
                .hasMessage("line 1: quote that is not closed (expected: closed before the end)");
    }

    @Test
    void refusesColumnsThatAreNotThoseOfTheType() {
        assertThatThrownBy(() -> Rows.read(TRADES.withHeader(Header.ABSENT).withColumns("ts", "px", "note"), "1,2,n\n"))
                .isInstanceOf(CodecException.class)
                .hasMessage("columns: \"px\" is unknown, \"price\" is missing (expected: ts, price, note)");
        assertThatThrownBy(() -> Rows.write(TRADES.withColumns("ts", "px"), new Trade(1, 2, "n")))
                .isInstanceOf(CodecException.class)
                .hasMessage("column \"px\": not there (expected: a property of Trade)");
    }

    @Test
    void refusesTypesThatFitNoCells() {
        assertRefused(
                () -> CsvFormat.of(Nested.class),
                "type: Nested: column \"all\" is a List (expected: a type that fits one cell)");
        assertRefused(
                () -> CsvFormat.of(Outer.class),
                "type: Outer: column \"trade\" is a Trade (expected: a type that fits one cell)");
        assertRefused(() -> CsvFormat.of(String.class), "type: String (expected: a record or a class with properties)");
    }

    @Test
    void refusesOptionsThatContradict() {
        assertRefused(() -> TRADES.withDelimiter('"'), "quote: \" (expected: another character than the delimiter)");
        assertRefused(
                () -> TRADES.withDelimiter('\u00e4'),
                "delimiter: U+00E4 (expected: a punctuation mark of ASCII or a tab)");
        assertRefused(
                () -> TRADES.withDelimiter('.'), "delimiter: U+002E (expected: a punctuation mark of ASCII or a tab)");
        assertRefused(() -> TRADES.withQuote('\n'), "quote: U+000A (expected: a punctuation mark of ASCII or a tab)");
        assertRefused(() -> TRADES.withColumns(), "columns: [] (expected: at least one, each once)");
        assertRefused(() -> TRADES.withColumns("a", "a"), "columns: [a, a] (expected: at least one, each once)");
        assertRefused(
                () -> TRADES.withNullText(" "),
                "nullText: \" \" (expected: no delimiter, no quote, no blanks around it)");
        assertRefused(() -> TRADES.withMaxRecordBytes(0), "maxRecordBytes: 0 (expected: > 0)");
        assertRefused(
                () -> TRADES.withEpochTimes(ChronoUnit.DAYS),
                "unit: Days (expected: SECONDS, MILLIS, MICROS or NANOS)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "2024-01-31T12:00:00Z", "9223372036854775807"})
    void refusesWhatIsNoEpochTime(String cell) {
        UnaryOperator<String> expected = unit -> "! line 1: column \"at\": \"" + cell
                + "\" (expected: a whole number of " + unit + " since 1970) | " + cell;

        assertThat(Rows.read(
                        CsvFormat.of(Timed.class).withHeader(Header.ABSENT).withEpochTimes(ChronoUnit.SECONDS), cell))
                .containsExactly(expected.apply("seconds"));
    }

    @Test
    void writesNothingOfAValueThatCannotBeWritten() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var writer = CsvFormat.of(Word.class).writer(out, true)) {
            assertThatThrownBy(() -> writer.write(new Word("half \ud83d")))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("Word: a text with half a character (expected: Unicode)");
            assertThatThrownBy(() -> writer.write(null))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("value: null (expected: a Word)");
            writer.write(new Word("whole \ud83d\ude00"));
        }
        assertThat(out.toString(UTF_8)).isEqualTo("whole \ud83d\ude00\n");
    }

    private static void assertRefused(Runnable definition, String message) {
        assertThatThrownBy(definition::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    record Payment(@Masked long card, double amount) {}

    @Test
    void showsNoMaskedValueInAnError() {
        CsvCodec<Payment> codec = CsvCodec.of(Payment.class);
        assertThatThrownBy(() -> codec.decode("x4111,1".getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        CodecException.class,
                        error -> assertThat(error.showsContent()).isFalse())
                .hasNoCause()
                .hasMessage(
                        "field \"card\": what is wrong is not shown, since Payment has masked fields (expected: long)");
        assertThatThrownBy(() -> codec.decode("4111,y".getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        CodecException.class,
                        error -> assertThat(error.showsContent()).isFalse())
                .hasMessage(
                        "field \"amount\": what is wrong is not shown, since Payment has masked fields (expected: double)");
    }

    private static CodecException malformed(CsvFormat<?> format, String file) throws IOException {
        try (RecordReader<?> reader = format.reader("x", new ByteArrayInputStream(file.getBytes(UTF_8)))) {
            return assertThatExceptionOfType(CodecException.class)
                    .isThrownBy(reader::read)
                    .actual();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x,y", "1,2,3", "\"1\n,2,3"})
    void showsTheContentOfAMalformedLineUnlessTheTypeHasMaskedFields(String line) throws IOException {
        record Open(long card, double amount) {}
        String file = "card,amount\n" + line + "\n";
        assertThat(malformed(CsvFormat.of(Open.class), file).showsContent()).isTrue();
        assertThat(malformed(CsvFormat.of(Payment.class), file).showsContent()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x", "\"x\"y,1", "x", "", "1,2\n3,4"})
    void theCodecShowsTheContentOfAMalformedLineUnlessTheTypeHasMaskedFields(String line) {
        record Open(long card, double amount) {}
        assertThatThrownBy(() -> CsvCodec.of(Open.class).decode(line.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        CodecException.class,
                        error -> assertThat(error.showsContent()).isTrue());
        assertThatThrownBy(() -> CsvCodec.of(Payment.class).decode(line.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        CodecException.class,
                        error -> assertThat(error.showsContent()).isFalse());
    }

    @Test
    void showsNoValueOfARecordThatIsTakenForTheHeader() {
        byte[] file = "4111,amount\n".getBytes(UTF_8);
        assertThatThrownBy(() -> CsvFormat.of(Payment.class).reader("x", new ByteArrayInputStream(file)))
                .hasMessage("line 1: columns: column 1 is unknown, \"card\" is missing (expected: card, amount)");
    }
}
