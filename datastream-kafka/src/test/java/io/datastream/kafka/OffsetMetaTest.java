package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.kafka.OffsetMeta.Progress;
import io.datastream.time.EventTime;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffsetMetaTest {
    @Test
    void readsWhatItWrote() {
        List<Progress> sources = List.of(new Progress(-5, EventTime.MIN), new Progress(EventTime.MAX, 77));
        OffsetMeta meta = new OffsetMeta(sources, 17, true, 3, "app|with|bars-0");
        assertThat(OffsetMeta.decode("t-0", 20, meta.encode())).isEqualTo(meta);
    }

    @Test
    void readsWhatItWroteOfAPartitionThatNoSourceReads() {
        OffsetMeta meta = new OffsetMeta(List.of(), 17, false, 1, "app-0");
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

    @Test
    void staysBelowKafkasLimitForManySourcesAndLongNames() {
        List<Progress> sources = Collections.nCopies(40, new Progress(EventTime.MIN, EventTime.MIN));
        OffsetMeta meta = new OffsetMeta(sources, Long.MAX_VALUE, true, Long.MAX_VALUE, "n".repeat(400));
        assertThat(meta.encode().length()).isLessThan(4_096);
    }
}
