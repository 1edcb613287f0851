package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ChangelogKeyTest {
    @Test
    void readsWhatItWrote() {
        ChangelogKey read = ChangelogKey.decode(new ChangelogKey("means", new byte[] {0, -1, 7}, -3).encode());
        assertThat(read.step()).isEqualTo("means");
        assertThat(read.key()).containsExactly(0, -1, 7);
        assertThat(read.part()).isEqualTo(-3);
    }

    @Test
    void keepsTheFormOfItsFirstVersion() {
        byte[] bytes = new ChangelogKey("ab", new byte[] {9}, 2).encode();
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("01" + "00026162" + "0000000109" + "0000000000000002");
    }

    @Test
    void refusesALaterVersion() {
        assertThatThrownBy(() -> ChangelogKey.decode(new byte[] {2}))
                .hasMessage("changelog key of 1 bytes cannot be read")
                .hasRootCauseMessage("version 2 (expected: 1)");
    }
}
