package io.datastream.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventTimeTest {
    @Test
    void aTimeIsDescribedAsItsInstant() {
        assertThat(EventTime.describe(EventTime.nanos(Instant.parse("2026-03-01T12:00:00Z"))))
                .isEqualTo("2026-03-01T12:00:00Z");
        Random random = new Random(1);
        long[] units = {1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L, 86_400_000_000_000L};
        for (int i = 0; i < 10_000; i++) {
            long unit = units[i % units.length];
            long nanos = random.nextLong() / unit * unit;
            assertThat(EventTime.describe(nanos))
                    .isEqualTo(EventTime.instant(nanos).toString());
        }
        assertThat(EventTime.describe(EventTime.MAX - 1))
                .isEqualTo(EventTime.instant(EventTime.MAX - 1).toString());
    }

    @Test
    void theTwoEndsAreDescribedInWords() {
        assertThat(EventTime.describe(EventTime.MIN)).isEqualTo("before all records");
        assertThat(EventTime.describe(EventTime.MAX)).isEqualTo("after all records");
    }
}
