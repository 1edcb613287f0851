package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    private static final Pattern SERIES = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*\\})? (\\S+)");

    private static void fill(MeterRegistry meters) {
        Counter.builder("datastream.records.in")
                .tags("pipeline", "p", "step", "a\"b\\c\nd")
                .description("what came in")
                .register(meters)
                .increment(42);
        Counter.builder("bytes.sent").baseUnit("bytes").register(meters).increment(1.5);
        Gauge.builder("datastream.watermark.delay", () -> -2.25)
                .baseUnit("seconds")
                .tag("pipeline", "p")
                .register(meters);
        Gauge.builder("not.a.number", () -> Double.NaN).register(meters);
        TimeGauge.builder("age", () -> 1500, TimeUnit.MILLISECONDS).register(meters);
        FunctionCounter.builder("calls", meters, any -> 7).register(meters);
        Timer timer = Timer.builder("datastream.commit.duration")
                .tag("pipeline", "p")
                .serviceLevelObjectives(Duration.ofMillis(50), Duration.ofMillis(200))
                .register(meters);
        timer.record(Duration.ofMillis(100));
        timer.record(Duration.ofMillis(300));
        meters.timer("plain.timer").record(Duration.ofMillis(4));
        DistributionSummary.builder("size").baseUnit("records").register(meters).record(12);
    }

    /** All series with their values, the labels in order. */
    private static Set<String> series(String text) {
        Set<String> all = new TreeSet<>();
        for (String line : text.split("\n")) {
            Matcher match = SERIES.matcher(line);
            if (!line.startsWith("#") && match.matches()) {
                String labels = match.group(2) == null ? "" : match.group(2);
                all.add(match.group(1) + labels + " "
                        + Double.parseDouble(match.group(3).replace("+Inf", "Infinity")));
            }
        }
        return all;
    }

    @Test
    void namesAndValuesAreThoseOfTheRegistryForPrometheus() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        SimpleMeterRegistry simple = new SimpleMeterRegistry();
        fill(prometheus);
        fill(simple);

        assertThat(series(PrometheusText.of(List.of(simple))))
                .hasSizeGreaterThan(15)
                .isEqualTo(series(prometheus.scrape()));
        assertThat(series(PrometheusText.of(List.of(prometheus)))).containsAll(series(prometheus.scrape()));
    }

    @Test
    void metersOfTheSameNameInTwoRegistriesAreOneFamily() {
        SimpleMeterRegistry one = new SimpleMeterRegistry();
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        one.counter("records", "pipeline", "a").increment();
        other.counter("records", "pipeline", "b").increment();
        other.counter("records", "pipeline", "a").increment(5);

        assertThat(PrometheusText.of(List.of(one, other, one))).isEqualTo("""
                        # TYPE records_total counter
                        records_total{pipeline="a"} 1
                        records_total{pipeline="b"} 1
                        """);
    }

    @Test
    void hostileTextCannotEndItsLine() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Gauge.builder("9 lives{x=\"y\"}", () -> 1)
                .description("a\nb")
                .tag("key", "\"} 1\nevil 2")
                .register(meters);

        assertThat(PrometheusText.of(List.of(meters))).isEqualTo("""
                        # HELP m_9_lives_x__y__ a\\nb
                        # TYPE m_9_lives_x__y__ gauge
                        m_9_lives_x__y__{key="\\"} 1\\nevil 2"} 1
                        """);
    }
}
