package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "SMALLINT, 32768, -32768, 32767",
        "INTEGER, 2147483648, -2147483648, 2147483647",
    })
    void wholeNumberOutOfRangeIsRefused(SqlType type, long value, String lowest, String highest) {
        assertThatThrownBy(() -> Values.convert(type, value))
                .hasMessage(value + " (expected: from " + lowest + " to " + highest + ")");
    }

    @Test
    void bigIntegerBeyondALongIsRefused() {
        assertThatThrownBy(() -> Values.convert(SqlType.BIGINT, BigInteger.TWO.pow(63)))
                .hasMessage("9223372036854775808 (expected: from -9223372036854775808 to 9223372036854775807)");
        assertThat(Values.convert(SqlType.BIGINT, BigInteger.TWO.pow(62))).isEqualTo(1L << 62);
    }

    @Test
    void longThatADoubleCannotHoldIsRefused() {
        assertThat(Values.convert(SqlType.DOUBLE, 1L << 53)).isEqualTo(0x1p53);
        assertThatThrownBy(() -> Values.convert(SqlType.DOUBLE, (1L << 53) + 1))
                .hasMessageStartingWith("9007199254740993 (expected: ");
        assertThatThrownBy(() -> Values.convert(SqlType.DOUBLE, Long.MAX_VALUE))
                .hasMessageStartingWith("9223372036854775807 (expected: ");
    }

    @Test
    void notANumberIsRefusedAsADecimal() {
        assertThatThrownBy(() -> Values.convert(SqlType.NUMERIC, Double.NaN))
                .hasMessage("NaN (expected: a finite number; use DOUBLE)");
        assertThat(Values.convert(SqlType.NUMERIC, 0.1)).isEqualTo(new BigDecimal("0.1"));
        assertThat(Values.convert(SqlType.NUMERIC, 0.1f)).isEqualTo(new BigDecimal("0.1"));
    }

    @Test
    void momentIsCutToMicrosecondsTowardsThePast() {
        assertThat(Values.convert(SqlType.TIMESTAMP, Instant.ofEpochSecond(0, 1_999)))
                .isEqualTo(Instant.ofEpochSecond(0, 1_000));
        assertThat(Values.convert(SqlType.TIMESTAMP, Instant.ofEpochSecond(0, -1)))
                .isEqualTo(Instant.ofEpochSecond(0, -1_000));
        assertThat(Values.convert(SqlType.TIMESTAMP, Instant.EPOCH.atZone(ZoneId.of("Asia/Tokyo"))))
                .isEqualTo(Instant.EPOCH);
    }

    @Test
    void enumConstantWithABodyIsText() {
        Object constant = WithBody.ONE;

        assertThat(SqlType.of(constant.getClass())).isEqualTo(SqlType.TEXT);
        assertThat(Values.convert(SqlType.TEXT, constant)).isEqualTo("ONE");
    }

    private enum WithBody {
        ONE {
            @Override
            public String toString() {
                return "one";
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SqlType.class)
    void valueOfAnotherClassIsRefusedWithTheExpectedOnes(SqlType type) {
        assertThatThrownBy(() -> Values.convert(type, LocalDateTime.of(2024, 1, 1, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("2024-01-01T00:00 of class java.time.LocalDateTime (expected: a");
    }

    @Test
    void longValuesAreCutInMessages() {
        assertThat(Values.show("x".repeat(1000))).isEqualTo("x".repeat(60) + "...");
        assertThat(Values.show(new byte[1000])).isEqualTo("1000 bytes");
    }

    @Test
    void bytesAreCopied() {
        byte[] bytes = {1};
        byte[] converted = (byte[]) Values.convert(SqlType.BYTES, bytes);
        bytes[0] = 2;

        assertThat(converted).containsExactly(1);
    }

    @Test
    void datesAreWrittenAsPostgresqlReadsThem() {
        assertThat(PostgresRows.text(Instant.parse("2024-02-29T01:02:03.000045Z")))
                .isEqualTo("2024-02-29 01:02:03.000045+00");
        assertThat(PostgresRows.text(
                        LocalDate.of(0, 1, 2).atStartOfDay(ZoneOffset.UTC).toInstant()))
                .isEqualTo("0001-01-02 00:00:00.000000+00 BC");
        assertThat(PostgresRows.text(Instant.parse("+12345-01-01T00:00:00Z")))
                .isEqualTo("12345-01-01 00:00:00.000000+00");
    }
}
