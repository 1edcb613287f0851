package io.datastream.processors.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.datastream.testkit.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShortNumberTest {
    @Test
    void writesSixDigitsWithoutZerosAtTheEnd() {
        assertThat(ShortNumber.of(0.1 + 0.2)).isEqualTo("0.3");
        assertThat(ShortNumber.of(1234567.89)).isEqualTo("1234570");
        assertThat(ShortNumber.of(-1234.5678)).isEqualTo("-1234.57");
        assertThat(ShortNumber.of(999999.6)).isEqualTo("1000000");
        assertThat(ShortNumber.of(9.9999996)).isEqualTo("10");
        assertThat(ShortNumber.of(0.000012345678)).isEqualTo("0.0000123457");
        assertThat(ShortNumber.of(999999999999.0)).isEqualTo("1000000000000");
        assertThat(ShortNumber.of(1.5e-9)).isEqualTo("1.5E-9");
        assertThat(ShortNumber.of(1.5e300)).isEqualTo("1.5E+300");
        assertThat(ShortNumber.of(-0.0)).isEqualTo("0");
        assertThat(ShortNumber.of(Double.POSITIVE_INFINITY)).isEqualTo("Infinity");
        assertThat(ShortNumber.of(Double.NaN)).isEqualTo("NaN");
    }

    @Test
    void isWithinHalfAUnitOfTheSixthDigit() {
        Seeds.forEach(2_000, seed -> {
            Random random = new Random(seed);
            double x = random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            String text = ShortNumber.of(x);
            assertThat(Double.parseDouble(text)).isCloseTo(x, within(5.001e-6 * Math.abs(x)));
            assertThat(text.replaceAll("E.*|[-.]", "").replaceAll("^0+|0+$", ""))
                    .hasSizeLessThanOrEqualTo(6);
        });
    }
}
