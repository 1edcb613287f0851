package io.datastream.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactTest {
    private static byte[] written(long value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Compact.writeLong(value, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte... bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void readsWhatItWrote(long value) throws IOException {
        assertThat(Compact.readLong(in(written(value)))).isEqualTo(value);
    }

    @Test
    void smallNumbersAreShort() throws IOException {
        assertThat(written(127)).hasSize(1);
        assertThat(written(128)).hasSize(2);
        assertThat(written(Long.MAX_VALUE)).hasSize(9);
    }

    @Test
    void refusesSizesThatCannotBe() throws IOException {
        byte[] negative = written(-3);
        assertThatThrownBy(() -> Compact.readSize(in(negative)))
                .isInstanceOf(IOException.class)
                .hasMessage("stored size: -3 (expected: from 0 to 2147483639)");
    }

    @Test
    void refusesANumberWithoutEnd() {
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0x80);
        assertThatThrownBy(() -> Compact.readLong(in(endless))).isInstanceOf(IOException.class);
    }
}
