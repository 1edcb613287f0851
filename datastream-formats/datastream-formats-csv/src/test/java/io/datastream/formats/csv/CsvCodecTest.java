package io.datastream.formats.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.formats.csv.Rows.Trade;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvCodecTest {
    @Test
    void readsAndWritesALine() {
        CsvCodec<Trade> codec = CsvCodec.of(Trade.class);

        byte[] bytes = codec.encode(new Trade(1700000000123L, 21.37, "first, and \"best\""));
        Trade trade = codec.decode(bytes);

        assertThat(bytes).asString(UTF_8).isEqualTo("1700000000123,21.37,\"first, and \"\"best\"\"\"");
        assertThat(trade).isEqualTo(new Trade(1700000000123L, 21.37, "first, and \"best\""));
    }

    @Test
    void takesALineEndAfterTheLine() {
        assertThat(CsvCodec.of(Trade.class).decode("1,2,a\r\n".getBytes(UTF_8))).isEqualTo(new Trade(1, 2, "a"));
    }

    @Test
    void hasTheLayoutOfAFormat() {
        CsvCodec<Trade> codec = CsvCodec.of(
                CsvFormat.of(Trade.class).withColumns("price", "ts", "note").withDelimiter('|'));

        assertThat(codec.encode(new Trade(1, 2, null))).asString(UTF_8).isEqualTo("2.0|1|");
        assertThat(codec.decode("3|4|x".getBytes(UTF_8))).isEqualTo(new Trade(4, 3, "x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1,abc,n       | column \"price\": \"abc\" (expected: a number)",
                "1,2           | 2 columns (expected: 3: ts, price, note)",
                "``            | value: nothing (expected: ts, price, note)",
                "1,2,a~1,2,b   | value: more than one line (expected: one)",
                "1,2,\"a       | quote that is not closed (expected: closed before the end)",
            })
    void namesColumnAndValue(String line, String problem) {
        assertThatThrownBy(() ->
                        CsvCodec.of(Trade.class).decode(line.replace('~', '\n').getBytes(UTF_8)))
                .isInstanceOf(CodecException.class)
                .hasMessage(problem);
    }

    @Test
    void namesItsFormat() {
        assertThat(CsvCodec.of(Trade.class).format()).isEqualTo("csv");
        assertThat(CsvCodec.of(Trade.class)).hasToString("CsvCodec[Trade]");
    }
}
