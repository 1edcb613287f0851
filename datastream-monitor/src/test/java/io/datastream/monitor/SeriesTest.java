package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.Late;
import io.datastream.monitor.Feed.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SeriesTest {
    private static SeriesTap<Reading> readings() {
        return SeriesTap.of("readings", Reading::sensor, r -> Instant.ofEpochMilli(r.millis()), Reading::value);
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }

    private static Ring.Point point(long millis, double value) {
        return new Ring.Point(millis(millis), 0, value, Double.NaN, Double.NaN, false);
    }

    @Test
    void theTapHandsEveryRecordOnAndKeepsTheValues() throws Exception {
        SeriesTap<Reading> tap = readings().withGapsAfter(Duration.ofSeconds(5));
        SeriesTap<Windowed<String, Double>> means = SeriesTap.ofWindows("means", mean -> mean);
        List<Reading> input = List.of(
                new Reading("a", 1_000, 1),
                new Reading("b", 1_200, 7),
                new Reading("a", 2_500, 3),
                new Reading("a", 20_000, 5));
        Queue<Windowed<String, Double>> results = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.from(ListSource.of(input).eventTimeNanos(r -> millis(r.millis())))
                .process(tap)
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .mapValues(means)
                .to(Sinks.collectInto(results))
                .named("tapped");
        try (PipelineController controller =
                        LocalRuntime.create().withThreads(2).start(pipeline);
                MonitorServer server =
                        Monitor.of(controller).withSeries(tap).withSeries(means).start()) {
            controller.awaitTermination();

            assertThat(results).hasSize(4);
            Client client = new Client(server);
            assertThat(client.json("api/series").toString())
                    .contains("\"id\":0,\"name\":\"readings\",\"series\":2", "\"id\":1,\"name\":\"means\"");
            assertThat(client.json("api/series/0/keys?find=").toString())
                    .isEqualTo("{\"keys\":[\"a\",\"b\"],\"total\":2}");
            assertThat(client.json("api/series/0/points?key=a").toString())
                    .isEqualTo("{\"times\":[1000.0,2500.0,11250.0,20000.0],\"values\":[1.0,3.0,null,5.0],\"marks\":[],"
                            + "\"kept\":3}");
            JsonNode windows = client.json("api/series/1/points?key=a");
            assertThat(windows.get("starts").toString()).isEqualTo("[1000.0,2000.0,20000.0]");
            assertThat(windows.get("times").toString()).isEqualTo("[2000.0,3000.0,21000.0]");
            assertThat(client.get("api/series/0/points?key=c").statusCode()).isEqualTo(404);
            assertThat(client.get("api/series/2/keys").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void hostileKeysAreFoundAsTheyAre() throws Exception {
        String key = "<img src=x onerror=alert(1)>\"'&\u0000\u202e\r\n/../%00";
        SeriesTap<Reading> tap = readings().withMarks(r -> "</script>");
        tap.process(new Reading(key, 1, 2));
        tap.process(new Reading("x".repeat(10_000), 1, 2));
        Pipeline pipeline = Pipeline.from(ListSource.of(List.of(1)).logTime())
                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .named("none");
        try (PipelineController controller = LocalRuntime.create().start(pipeline);
                MonitorServer server = Monitor.of(controller).withSeries(tap).start()) {
            Client client = new Client(server);
            String encoded = URLEncoder.encode(key, StandardCharsets.UTF_8);
            JsonNode keys =
                    client.json("api/series/0/keys?find=" + URLEncoder.encode("ONERROR", StandardCharsets.UTF_8));
            assertThat(keys.at("/keys/0").textValue()).isEqualTo(key);
            assertThat(client.get("api/series/0/keys").body()).hasSizeLessThan(1_000);
            assertThat(client.json("api/series/0/points?key=" + encoded)
                            .at("/marks/0/text")
                            .textValue())
                    .isEqualTo("</script>");
        }
    }

    @Test
    void whatTheFunctionsThrowIsCountedAndTheRecordGoesOn() {
        SeriesTap<Reading> tap = SeriesTap.of(
                "broken",
                r -> {
                    throw new IllegalStateException("no key");
                },
                r -> Instant.EPOCH,
                Reading::value);
        Reading reading = new Reading("a", 1, 2);

        assertThat(tap.process(reading)).isSameAs(reading);
        assertThat(tap.store().failures()).isEqualTo(1);
        assertThat(tap.store().lastFailure()).contains("no key");
    }

    @Test
    void tenThousandSeriesStayWithinTheirBounds() {
        SeriesTap<Reading> tap = readings().withPoints(100);
        for (int round = 0; round < 3; round++) {
            for (int key = 0; key < 12_000; key++) {
                for (int i = 0; i < 50; i++) {
                    tap.process(new Reading("sensor-" + key, round * 50 + i, key));
                }
            }
        }
        SeriesStore store = tap.store();
        assertThat(store.size()).isEqualTo(10_000);
        assertThat(store.notKept()).isEqualTo(3 * 2_000 * 50);
        assertThat(store.find("", 100).keys()).hasSize(100);
        assertThat(store.find("sensor-999", 100).total()).isEqualTo(11);
        Ring.Points points = Objects.requireNonNull(store.ring("sensor-77")).points(0);
        assertThat(points.times()).hasSize(100).startsWith(millis(50)).endsWith(millis(149));
    }

    @Test
    void aRingKeepsTheLatestInTheOrderOfTime() {
        for (long seed = 1; seed <= 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int limit = random.nextInt(2, 60);
            Ring ring = new Ring(new Ring.Shape(limit, true, false));
            List<long[]> all = new ArrayList<>();
            int count = random.nextInt(0, 200);
            for (int i = 0; i < count; i++) {
                long time = i * 10L + random.nextInt(100);
                ring.add(new Ring.Point(time, time - 5, i, Double.NaN, Double.NaN, false));
                all.add(new long[] {time, i});
            }
            List<long[]> wanted = new ArrayList<>(all.subList(Math.max(0, count - limit), count));
            wanted.sort((a, b) -> Long.compare(a[0], b[0]));
            Ring.Points points = ring.points(0);
            assertThat(points.times())
                    .as("seed %d", seed)
                    .isEqualTo(wanted.stream().mapToLong(one -> one[0]).toArray());
            assertThat(points.values())
                    .as("seed %d", seed)
                    .isEqualTo(wanted.stream().mapToDouble(one -> one[1]).toArray());
            assertThat(points.starts())
                    .as("seed %d", seed)
                    .isEqualTo(wanted.stream().mapToLong(one -> one[0] - 5).toArray());
        }
    }

    @Test
    void fewerPointsStillShowEveryPeak() {
        Ring ring = new Ring(new Ring.Shape(10_000, false, false));
        for (int i = 0; i < 10_000; i++) {
            double value = i == 4_321 ? 1_000 : i == 7_654 ? -1_000 : Math.sin(i / 50.0);
            ring.add(point(i, value));
            if (i == 4_321) {
                ring.mark(new Ring.Mark(millis(i), value, "", "peak"));
            }
        }
        Curve curve = Curve.of(ring.points(0), null, 400);

        assertThat(curve.values()).hasSizeBetween(100, 402).contains(1_000.0, -1_000.0);
        assertThat(curve.times()).isSorted().contains(4_321.0, 7_654.0);
        assertThat(curve.marks()).containsExactly(new Curve.MarkView(4_321, 1_000.0, null, "peak"));
        assertThat(curve.kept()).isEqualTo(10_000);
    }

    @Test
    void bandsFilledValuesAndMarksOfOtherStreamsBelongToOneSeries() throws Exception {
        SeriesTap<Reading> tap = readings()
                .withGapsAfter(Duration.ofSeconds(5))
                .withBand(r -> r.value() - 1, r -> r.value() > 2 ? Double.NaN : r.value() + 1)
                .withFilled(r -> r.value() == 2)
                .withMarks(r -> r.value() > 2 ? "high" : null);
        SeriesTap<Late<Reading>> late = tap.marking("late", Late::value);
        for (int second : new int[] {1, 2, 20}) {
            tap.byKey().apply("k", new Reading("of the record", second * 1_000L, Math.min(second, 3)));
        }
        tap.process(new Reading("a", 1_500, 1));
        late.process(new Late<>("p", "s", "f-0@1", 0, 0, new Reading("a", 1_500, 1), null, null));
        late.process(new Late<>("p", "s", "f-0@1", 0, 0, new Reading("unknown", 1_500, 1), null, null));

        assertThat(tap.store().find("", 10).keys()).containsExactly("a", "k");
        Curve curve = Curve.of(Objects.requireNonNull(tap.store().ring("k")).points(0), tap.gap(), 100);
        assertThat(curve.times()).containsExactly(1_000.0, 2_000.0, 11_000.0, 20_000.0);
        assertThat(curve.lower()).containsExactly(0.0, 1.0, null, 2.0);
        assertThat(curve.upper()).containsExactly(2.0, 3.0, null, null);
        assertThat(curve.filled()).containsExactly(1);
        assertThat(curve.marks()).containsExactly(new Curve.MarkView(20_000, 3.0, null, "high"));
        Curve other = Curve.of(Objects.requireNonNull(tap.store().ring("a")).points(0), tap.gap(), 100);
        assertThat(other.values()).as("a mark is no value").containsExactly(1.0);
        assertThat(other.filled()).isNull();
        assertThat(other.marks()).containsExactly(new Curve.MarkView(1_500, 1.0, "late", "late"));
    }

    @Test
    void aHoleBetweenWindowsIsNoEdge() {
        Ring ring = new Ring(new Ring.Shape(10, true, false));
        ring.add(new Ring.Point(millis(10), millis(0), 1, Double.NaN, Double.NaN, false));
        ring.add(new Ring.Point(millis(90), millis(80), 1, Double.NaN, Double.NaN, false));
        assertThat(Curve.of(ring.points(0), Duration.ofMillis(20), 100).starts())
                .containsExactly(0.0, null, 80.0);
    }

    @Test
    void theSpanCountsBackFromTheLatestValue() {
        Ring ring = new Ring(new Ring.Shape(100, false, false));
        for (int i = 0; i < 100; i++) {
            ring.add(point(i * 1_000L, i));
        }
        assertThat(ring.points(Duration.ofSeconds(10).toNanos()).values())
                .hasSize(11)
                .startsWith(89)
                .endsWith(99);
    }

    @Test
    void notANumberIsAHole() {
        Ring ring = new Ring(new Ring.Shape(10, false, false));
        ring.add(point(1, 1));
        ring.add(point(2, Double.NaN));
        ring.add(point(3, Double.POSITIVE_INFINITY));
        assertThat(Curve.of(ring.points(0), null, 100).values()).containsExactly(1.0, null, null);
    }
}
