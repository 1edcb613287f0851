package io.datastream.influxdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineProtocolTest {
    private enum Side {
        BUY
    }

    private final LineProtocol line = new LineProtocol();

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String field(Object value) {
        line.begin("m").field("f", value, false);
        return text(line.end(1));
    }

    private String tag(Object value) {
        line.begin("m").tag("t", value);
        line.field("f", 1, false);
        return text(line.end(1));
    }

    @Test
    void writesEachTypeOfField() {
        assertThat(field(1.5)).isEqualTo("m f=1.5 1");
        assertThat(field(0.1f)).isEqualTo("m f=0.1 1");
        assertThat(field(1e300)).isEqualTo("m f=1.0E300 1");
        assertThat(field(7)).isEqualTo("m f=7i 1");
        assertThat(field(Long.MIN_VALUE)).isEqualTo("m f=-9223372036854775808i 1");
        assertThat(field(BigInteger.TEN)).isEqualTo("m f=10i 1");
        assertThat(field(true)).isEqualTo("m f=true 1");
        assertThat(field('x')).isEqualTo("m f=\"x\" 1");
        assertThat(field(Side.BUY)).isEqualTo("m f=\"BUY\" 1");
    }

    @Test
    void escapesQuotesAndBackslashesInTextAndKeepsItsLineBreaks() {
        assertThat(field("say \"a\\b\"\nm f=2i 2")).isEqualTo("m f=\"say \\\"a\\\\b\\\"\nm f=2i 2\" 1");
    }

    @Test
    void escapesWhatEndsATag() {
        assertThat(tag("a b,c=d\\e")).isEqualTo("m,t=a\\ b\\,c\\=d\\e f=1i 1");
    }

    @Test
    void escapesNames() {
        line.begin("a b,c=d").tag("t 1", "x");
        line.field("f=1", 1, false);

        assertThat(text(line.end(5))).isEqualTo("a\\ b\\,c=d,t\\ 1=x f\\=1=1i 5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "line\nbreak",
                "return\r",
                "nul\0",
                "\n",
                "backslash at the end\\",
                "x\\,injected=1",
                "x\\ injected=1",
                "x\\=1",
                "x\\\\ injected=1"
            })
    void refusesATagThatTheFormatCannotHold(String value) {
        assertThatThrownBy(() -> tag(value))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("tag \"t\": ")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# comment", "a\nb", "a\\", "a\\,t=x", "a\\ f=1"})
    void refusesAMeasurementThatTheFormatCannotHold(String name) {
        assertThatThrownBy(() -> line.begin(name)).isInstanceOf(CodecException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesNumbersThatAreNotFinite(double value) {
        assertThatThrownBy(() -> field(value))
                .hasMessage("field \"f\": " + value + " (expected: a finite number; see leavingOutNaN())");
    }

    @Test
    void refusesWhatIsNoField() {
        assertThatThrownBy(() -> field(new Object())).hasMessageContaining("field \"f\": of class java.lang.Object");
        assertThatThrownBy(() -> field(BigInteger.TWO.pow(63))).hasMessageContaining("expected: 64 bits");
        assertThatThrownBy(() -> field("nul\0")).hasMessage("field \"f\": \"nul\\u0000\" (expected: no NUL)");
        assertThatThrownBy(() -> field("half \uD83D")).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> tag(1.5)).hasMessageContaining("tag \"t\": of class java.lang.Double");
    }

    @Test
    void leavesOutWhatIsNotThere() {
        line.begin("m").tag("a", null);
        line.tag("b", "");
        line.field("c", null, false);
        line.field("d", Double.NaN, true);
        line.field("e", 1, false);

        assertThat(text(line.end(1))).isEqualTo("m e=1i 1");
    }

    @Test
    void refusesALineWithoutFields() {
        line.begin("m").field("f", null, false);

        assertThatThrownBy(() -> line.end(1)).hasMessage("fields: none has a value (expected: at least one)");
    }
}
