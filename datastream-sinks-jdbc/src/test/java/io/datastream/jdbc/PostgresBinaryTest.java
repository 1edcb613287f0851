package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.row.ColumnType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresBinaryTest {
    private static String hex(ColumnType type, String kind, Object value) throws SQLException {
        Bytes out = new Bytes(1);
        PostgresBinary.of(type, kind).put(out, value);
        return HexFormat.of().formatHex(Arrays.copyOf(out.array(), out.length()));
    }

    /** The digits of a group, the weight of the first, the sign, and how many decimals are shown. */
    @ParameterizedTest
    @CsvSource({
        "0,            0000 0000 0000 0000",
        "0.00,         0000 0000 0000 0002",
        "1,            0001 0000 0000 0000 0001",
        "-12345.678,   0003 0001 4000 0003 0001 0929 1a7c",
        "0.0001,       0001 ffff 0000 0004 0001",
        "0.00001,      0001 fffe 0000 0005 03e8",
        "1E+5,         0001 0001 0000 0000 000a",
        "9999.9999,    0002 0000 0000 0004 270f 270f"
    })
    void decimalsAreGroupsOfFourDigits(String number, String bytes) throws SQLException {
        assertThat(hex(ColumnType.NUMERIC, "numeric", new BigDecimal(number))).isEqualTo(bytes.replace(" ", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1E+131072", "1E-16384", "0E-16384", "-1E+2000000000"})
    void decimalsThatPostgresqlDoesNotTakeAreRefusedWithItsCode(String number) {
        assertThatThrownBy(() -> hex(ColumnType.NUMERIC, "numeric", new BigDecimal(number)))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(Failures.kind(e)).isEqualTo(Failures.Kind.ROW))
                .hasMessageContaining("overflows");
    }

    @Test
    void timesCountFrom2000() throws SQLException {
        assertThat(hex(ColumnType.TIMESTAMP, "timestamptz", Instant.parse("2000-01-01T00:00:00.000001Z")))
                .isEqualTo("0000000000000001");
        assertThat(hex(ColumnType.TIMESTAMP, "timestamptz", Instant.parse("1999-12-31T23:59:59.999999Z")))
                .isEqualTo("ffffffffffffffff");
        assertThat(hex(ColumnType.DATE, "date", LocalDate.of(1999, 12, 31))).isEqualTo("ffffffff");
    }

    @Test
    void timesThatPostgresqlWouldTakeForInfiniteAreRefused() {
        Instant last = Instant.EPOCH
                .plusSeconds(946_684_800)
                .plusSeconds(Long.MAX_VALUE / 1_000_000)
                .plusNanos(Long.MAX_VALUE % 1_000_000 * 1000);
        for (Instant moment : new Instant[] {last, Instant.MAX, Instant.MIN}) {
            assertThatThrownBy(() -> hex(ColumnType.TIMESTAMP, "timestamptz", moment))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("timestamp out of range");
        }
        for (LocalDate day : new LocalDate[] {
            LocalDate.MAX, LocalDate.MIN, LocalDate.of(2000, 1, 1).plusDays(Integer.MAX_VALUE)
        }) {
            assertThatThrownBy(() -> hex(ColumnType.DATE, "date", day))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("date out of range");
        }
    }

    @Test
    void numbersAreAsWideAsTheirColumn() throws SQLException {
        assertThat(hex(ColumnType.SMALLINT, "int8", (short) -1)).isEqualTo("ffffffffffffffff");
        assertThat(hex(ColumnType.REAL, "float8", 0.5f)).isEqualTo("3fe0000000000000");
        assertThat(hex(ColumnType.BIGINT, "numeric", 7L)).isEqualTo("00010000000000000007");
    }

    @Test
    void textIsUtf8WhereverItsFirstSpecialCharacterIs() throws SQLException {
        for (String text : new String[] {"", "ascii", "\u00e9", "aaaaaaaaaaaaaaaaaaaaaa\u4e16b\uD83D\uDE80"}) {
            assertThat(hex(ColumnType.TEXT, "text", text))
                    .isEqualTo(HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
