package io.datastream.formats.csv;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvNumbersTest {
    @Test
    void readsFractionsAsTheJdkDoes() {
        int simple = 0;
        for (long seed = 1; seed <= 30_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "-" : "");
            for (int digits = random.nextInt(1, 12); digits > 0; digits--) {
                text.append(random.nextInt(10));
            }
            if (random.nextBoolean()) {
                text.append('.');
                for (int digits = random.nextInt(1, 8); digits > 0; digits--) {
                    text.append(random.nextInt(10));
                }
            }
            double value = fraction(text.toString());
            if (!Double.isNaN(value)) {
                simple++;
                assertThat(Double.doubleToRawLongBits(value))
                        .as("seed %d: %s", seed, text)
                        .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text.toString())));
            }
        }
        assertThat(simple).isGreaterThan(20_000);
    }

    @Test
    void readsWholeNumbersAsTheJdkDoes() {
        for (long seed = 1; seed <= 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long value = random.nextLong() >> random.nextInt(64);
            long read = whole(Long.toString(value));

            assertThat(read == value
                            || (read == CsvNumbers.NO_WHOLE && Math.abs(value / 10) >= 10_000_000_000_000_000L))
                    .as("seed %d: %d", seed, value)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", ".", "1.", ".5", "-.5", "1..2", "1e3", " 1", "1 ", "+1", "1234567890123456", "x", "1-"})
    void leavesTheRestToOthers(String text) {
        assertThat(fraction(text)).isNaN();
        if (!text.equals("1234567890123456")) {
            assertThat(whole(text)).isEqualTo(CsvNumbers.NO_WHOLE);
        }
    }

    @Test
    void keepsTheSignOfZero() {
        assertThat(fraction("-0.00")).isEqualTo(-0.0);
    }

    private static double fraction(String text) {
        return CsvNumbers.fraction(text.getBytes(US_ASCII), 0, text.length());
    }

    private static long whole(String text) {
        return CsvNumbers.whole(text.getBytes(US_ASCII), 0, text.length());
    }
}
