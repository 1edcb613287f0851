package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OffsetMetaTest {
    @Test
    void readsWhatItWrote() {
        OffsetMeta meta = new OffsetMeta(-5, 17, true, "app|with|bars-0");
        assertThat(OffsetMeta.decode("t-0", 20, meta.encode())).isEqualTo(meta);
    }

    @Test
    void takesAPositionWithoutMetadataAsAFreshStart() {
        assertThat(OffsetMeta.decode("t-0", 20, "")).isEqualTo(OffsetMeta.fresh(20));
    }

    @Test
    void refusesTheMetadataOfAnotherProgram() {
        assertThatThrownBy(() -> OffsetMeta.decode("t-0", 20, "AQID"))
                .hasMessageContaining("offset of t-0: metadata \"AQID\"");
    }
}
