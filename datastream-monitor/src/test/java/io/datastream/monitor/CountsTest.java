package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.plan.Plan;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class CountsTest {
    private static final Plan PLAN = Pipelines.means(
                    "means", Pipelines.timed(new Feed("counted", 2)), new ConcurrentLinkedQueue<>())
            .plan();

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Counts.Reader reader = new Counts.Reader(PLAN);

    private Counter counter(String name, String pipeline, String step, int partition) {
        return meters.counter(
                name, "pipeline", pipeline, "step", step, "partition", String.valueOf(partition), "more", "any");
    }

    private Counts read() {
        return reader.read(meters, 0, 0);
    }

    @Test
    void sumsThePartitionsOfAStageAndNothingElse() {
        counter("datastream.records.in", "means", "counted", 0).increment(3);
        counter("datastream.records.in", "means", "counted", 1).increment(4);
        counter("datastream.records.out", "means", "means", 0).increment(2);
        counter("datastream.records.in", "other", "counted", 0).increment(100);
        counter("datastream.records.in", "means", "no such step", 0).increment(100);
        counter("datastream.records.late", "means", "counted", 0).increment(100);
        meters.counter("datastream.records.in", "pipeline", "means").increment(100);
        meters.gauge("datastream.records.in.of.others", 100);

        Counts counts = read();
        assertThat(counts.read(PLAN)).isEqualTo(7);
        assertThat(counts.given()).isEqualTo(2);
        assertThat(counts.in(0)).isEqualTo(7);
        assertThat(counts.out(1)).isEqualTo(2);
    }

    @Test
    void forgetsMetersThatAreGone() {
        for (int partition = 0; partition < 100; partition++) {
            Counter counter = counter("datastream.records.in", "means", "counted", partition);
            read();
            meters.remove(counter);
        }
        assertThat(reader.remembered()).isLessThan(3);
    }

    @Test
    void seesMetersThatComeAndGo() {
        assertThat(read().isKnown(0)).isFalse();
        Counter first = counter("datastream.records.in", "means", "counted", 0);
        first.increment(3);
        assertThat(read().in(0)).isEqualTo(3);

        counter("datastream.records.in", "means", "counted", 1).increment(4);
        meters.remove(first);
        assertThat(read().in(0)).isEqualTo(4);
        counter("datastream.records.in", "means", "counted", 0).increment(5);
        assertThat(read().in(0)).isEqualTo(9);
    }
}
