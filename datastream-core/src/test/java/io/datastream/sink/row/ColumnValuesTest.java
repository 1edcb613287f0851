package io.datastream.sink.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ColumnValuesTest {
    @ParameterizedTest
    @CsvSource({
        "SMALLINT, 32768, -32768, 32767",
        "INTEGER, 2147483648, -2147483648, 2147483647",
    })
    void wholeNumberOutOfRangeIsRefused(ColumnType type, long value, String lowest, String highest) {
        assertThatThrownBy(() -> ColumnValues.convert(type, value))
                .hasMessage(value + " (expected: from " + lowest + " to " + highest + ")");
    }

    @Test
    void bigIntegerBeyondALongIsRefused() {
        assertThatThrownBy(() -> ColumnValues.convert(ColumnType.BIGINT, BigInteger.TWO.pow(63)))
                .hasMessage("9223372036854775808 (expected: from -9223372036854775808 to 9223372036854775807)");
        assertThat(ColumnValues.convert(ColumnType.BIGINT, BigInteger.TWO.pow(62)))
                .isEqualTo(1L << 62);
    }

    @Test
    void longThatADoubleCannotHoldIsRefused() {
        assertThat(ColumnValues.convert(ColumnType.DOUBLE, 1L << 53)).isEqualTo(0x1p53);
        assertThatThrownBy(() -> ColumnValues.convert(ColumnType.DOUBLE, (1L << 53) + 1))
                .hasMessageStartingWith("9007199254740993 (expected: ");
        assertThatThrownBy(() -> ColumnValues.convert(ColumnType.DOUBLE, Long.MAX_VALUE))
                .hasMessageStartingWith("9223372036854775807 (expected: ");
    }

    @Test
    void notANumberIsRefusedAsADecimal() {
        assertThatThrownBy(() -> ColumnValues.convert(ColumnType.NUMERIC, Double.NaN))
                .hasMessage("NaN (expected: a finite number; use DOUBLE)");
        assertThat(ColumnValues.convert(ColumnType.NUMERIC, 0.1)).isEqualTo(new BigDecimal("0.1"));
        assertThat(ColumnValues.convert(ColumnType.NUMERIC, 0.1f)).isEqualTo(new BigDecimal("0.1"));
    }

    @Test
    void momentIsCutToMicrosecondsTowardsThePast() {
        assertThat(ColumnValues.convert(ColumnType.TIMESTAMP, Instant.ofEpochSecond(0, 1_999)))
                .isEqualTo(Instant.ofEpochSecond(0, 1_000));
        assertThat(ColumnValues.convert(ColumnType.TIMESTAMP, Instant.ofEpochSecond(0, -1)))
                .isEqualTo(Instant.ofEpochSecond(0, -1_000));
        assertThat(ColumnValues.convert(ColumnType.TIMESTAMP, Instant.EPOCH.atZone(ZoneId.of("Asia/Tokyo"))))
                .isEqualTo(Instant.EPOCH);
    }

    @Test
    void enumConstantWithABodyIsText() {
        Object constant = WithBody.ONE;

        assertThat(ColumnType.of(constant.getClass())).isEqualTo(ColumnType.TEXT);
        assertThat(ColumnValues.convert(ColumnType.TEXT, constant)).isEqualTo("ONE");
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
    @EnumSource(ColumnType.class)
    void valueOfAnotherClassIsRefusedWithTheExpectedOnes(ColumnType type) {
        assertThatThrownBy(() -> ColumnValues.convert(type, LocalDateTime.of(2024, 1, 1, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("2024-01-01T00:00 of class java.time.LocalDateTime (expected: a");
    }

    @Test
    void longValuesAreCutInMessages() {
        assertThat(ColumnValues.show("x".repeat(1000))).isEqualTo("x".repeat(60) + "...");
        assertThat(ColumnValues.show("a\nb\u001b[2J")).isEqualTo("a\\nb\\u001b[2J");
        assertThat(ColumnValues.show(new byte[1000])).isEqualTo("1000 bytes");
    }

    @Test
    void bytesAreCopied() {
        byte[] bytes = {1};
        byte[] converted = (byte[]) ColumnValues.convert(ColumnType.BYTES, bytes);
        bytes[0] = 2;

        assertThat(converted).containsExactly(1);
    }

    @Test
    void elementThatDoesNotFitIsNamedByItsPlace() {
        assertThatThrownBy(() -> ColumnValues.convertArray(ColumnType.SMALLINT, new int[] {1, 40_000}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("element 2: 40000 (expected: from -32768 to 32767)");
        assertThatThrownBy(() -> ColumnValues.convertArray(ColumnType.TEXT, "text"))
                .hasMessage("text of class java.lang.String (expected: a list or an array)");
    }

    @Test
    void arrayIsShownByItsSize() {
        assertThat(ColumnValues.show(new Object[] {1, 2})).isEqualTo("2 elements");
    }
}
