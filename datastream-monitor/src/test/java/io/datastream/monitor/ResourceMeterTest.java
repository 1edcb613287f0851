package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ResourceMeterTest {
    private static final double USED_NANOS = 300e6;

    @Test
    void tellsTheShareOfTheProcessorsThatWasUsed() {
        ResourceMeter meter = new ResourceMeter();
        assertThat(meter.read().cpu()).isNull(); // it has not looked yet
        meter.look();
        for (int look = 0; look < 2; look++) { // each is of the time since the look before
            long start = System.nanoTime();
            work();
            meter.look();
            Resources seen = meter.read();
            double most = (double) (System.nanoTime() - start) * seen.processors();
            double share = Objects.requireNonNull(seen.cpu());
            assertThat(share).isLessThanOrEqualTo(1);
            assertThat(share * most)
                    .as("time of processors behind the share of %s", share)
                    .isGreaterThan(0.9 * USED_NANOS);
        }
    }

    @Test
    void tellsMemoryThreadsAndTime() {
        Resources seen = new ResourceMeter().read();
        assertThat(seen.heapUsed()).isPositive();
        assertThat(seen.threads()).isPositive();
        assertThat(seen.uptimeMillis()).isPositive();
        assertThat(seen.java()).contains(Runtime.version().toString());
    }

    private static void work() {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start < USED_NANOS) {
            Thread.onSpinWait();
        }
    }
}
