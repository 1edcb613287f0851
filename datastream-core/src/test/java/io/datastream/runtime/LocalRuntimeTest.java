package io.datastream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.PipelineException;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.Sinks;
import io.datastream.sink.TopicSink;
import io.datastream.source.ListSource;
import io.datastream.source.TopicSource;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import io.datastream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LocalRuntimeTest {
    record Reading(String sensor, long time, double value) {}

    private static final Codec<String> TEXT = Codec.utf8();

    private static List<List<Reading>> readings(long seed, int partitions, int records) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<Reading>> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            List<Reading> list = new ArrayList<>();
            for (int i = 0; i < records; i++) {
                long time = i * 1_000_000L + random.nextInt(20) * 1_000_000L;
                list.add(new Reading("s" + random.nextInt(50), time, random.nextDouble(-1e9, 1e9)));
            }
            all.add(list);
        }
        return all;
    }

    private static Pipeline rekeyed(List<List<Reading>> readings, TopicSink<Windowed<Integer, Double>> sink) {
        return Pipeline.from(ListSource.<Reading>partitioned(readings)
                        .eventTimeNanos(Reading::time)
                        .disorderUpTo(Duration.ofMillis(20)))
                .filter(r -> r.value() > -9e8)
                .keyBy(Reading::sensor)
                .window(Sliding.of(Duration.ofMillis(100)).every(Duration.ofMillis(20)))
                .aggregate(Aggregations.sum(Reading::value))
                .values()
                .keyBy(w -> w.key().length())
                .window(Tumbling.of(Duration.ofMillis(200)))
                .aggregate(Aggregations.<Windowed<String, Double>>sum(Windowed::value))
                .to(sink)
                .named("rekeyed");
    }

    private static Map<String, List<String>> byKey(Topics topics, String topic) {
        Map<String, List<String>> byKey = new TreeMap<>();
        for (String line : topics.topic(topic).values(TEXT)) {
            byKey.computeIfAbsent(line.substring(0, line.indexOf(' ')), any -> new ArrayList<>())
                    .add(line);
        }
        return byKey;
    }

    private static TopicSink<Windowed<Integer, Double>> lines(String topic) {
        return TopicSink.of(
                topic,
                w -> (w.key() + " " + w.window() + " " + Double.toHexString(w.value()))
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, List<String>> run(LocalRuntime runtime, Pipeline pipeline) throws Exception {
        try (PipelineController controller = runtime.start(pipeline)) {
            controller.awaitTermination();
            assertThat(controller.state()).isEqualTo(PipelineState.COMPLETED);
        }
        return byKey(runtime.topics(), "sums");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void givesTheSameBytesOnAnyNumberOfThreads(int threads) throws Exception {
        Pipeline pipeline = rekeyed(readings(11, 3, 5_000), lines("sums"));
        Map<String, List<String>> alone = run(LocalRuntime.create(), pipeline);
        assertThat(alone).isNotEmpty();
        assertThat(run(LocalRuntime.create().withThreads(threads), pipeline)).isEqualTo(alone);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void givesTheSameBytesThroughFailuresAndRestarts(int threads) throws Exception {
        List<List<Reading>> readings = readings(12, 3, 20_000);
        Map<String, List<String>> undisturbed = run(LocalRuntime.create(), rekeyed(readings, lines("sums")));
        AtomicInteger failures = new AtomicInteger();
        TopicSink<Windowed<Integer, Double>> failing = TopicSink.of("sums", w -> {
            if (w.window().endNanos() > 4_000_000_000L * (failures.get() + 1) && failures.incrementAndGet() <= 3) {
                throw new IllegalStateException("planned failure");
            }
            return lines("sums").encoder().encode(w);
        });
        LocalRuntime runtime = LocalRuntime.create()
                .withThreads(threads)
                .withCheckpoints(Checkpoints.inMemory().every(Duration.ofMillis(5)))
                .withRestarts(RestartPolicy.upTo(5).withBackoff(Duration.ofMillis(1)));
        assertThat(run(runtime, rekeyed(readings, failing))).isEqualTo(undisturbed);
        assertThat(failures.get()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void goesOnFromItsFolderAfterTheProcessIsGone(@TempDir Path folder) throws Exception {
        List<List<Reading>> readings = readings(13, 2, 20_000);
        Map<String, List<String>> undisturbed = run(LocalRuntime.create(), rekeyed(readings, lines("sums")));
        AtomicBoolean fails = new AtomicBoolean(true);
        TopicSink<Windowed<Integer, Double>> failing = TopicSink.of("sums", w -> {
            if (fails.get() && w.window().endNanos() > 12_000_000_000L) {
                throw new IllegalStateException("planned failure");
            }
            return lines("sums").encoder().encode(w);
        });
        Topics topics = new Topics();
        LocalRuntime runtime = LocalRuntime.create()
                .withTopics(topics)
                .withCheckpoints(Checkpoints.to(folder).every(Duration.ofMillis(2)))
                .withRestarts(RestartPolicy.never());
        Pipeline pipeline = rekeyed(readings, failing);
        try (PipelineController controller = runtime.start(pipeline)) {
            assertThatThrownBy(controller::awaitTermination)
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("planned failure");
            assertThat(controller.state()).isEqualTo(PipelineState.FAILED);
        }
        fails.set(false);
        assertThat(folder).isNotEmptyDirectory();
        assertThat(run(runtime, pipeline)).isEqualTo(undisturbed);
        assertThat(folder).as("nothing is left to go on from").isEmptyDirectory();
    }

    @Test
    void refusesACheckpointMadeWithAnotherNumberOfShards(@TempDir Path folder) throws Exception {
        LocalRuntime runtime = LocalRuntime.create().withCheckpoints(Checkpoints.to(folder));
        runtime.publish("words", TEXT, List.of("a", "b"));
        Pipeline pipeline = Pipeline.from(TopicSource.of("words", TEXT).logTime())
                .keyBy(word -> word)
                .window(Tumbling.of(Duration.ofDays(1)))
                .aggregate(Aggregations.count())
                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .named("counts");
        runtime.start(pipeline).drain();
        assertThatThrownBy(() -> runtime.withShards(3).start(pipeline))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("are divided into 8 tasks, and would now be into 3");
    }

    @Test
    void namesStepAndPlaceOfTheRecordThatFails() {
        Pipeline pipeline = Pipeline.from(ListSource.of(List.of(1L, 2L, 3L)).eventTimeNanos(n -> n))
                .map(n -> 6 / (n - 3))
                .named("divide")
                .to(Sinks.collectInto(new ArrayList<>()));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            assertThatThrownBy(controller::awaitTermination)
                    .hasMessageContaining("list@2: step \"divide\": java.lang.ArithmeticException: / by zero");
        }
    }

    @Test
    void sendsWhatFailsToTheDeadLetters() throws Exception {
        Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
        Queue<Long> results = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.from(ListSource.of(List.of(1L, 2L, 3L, 4L)).eventTimeNanos(n -> n))
                .map(n -> 6 / (n - 3))
                .onError(ErrorPolicy.retry(2, Duration.ZERO).then(ErrorPolicy.Action.DEAD_LETTER))
                .named("divide")
                .to(Sinks.collectInto(results))
                .deadLettersTo(Sinks.collectInto(letters));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(results).containsExactly(-3L, -6L, 6L);
        assertThat(letters).hasSize(1);
        assertThat(letters.element().place()).isEqualTo("list@2");
        assertThat(letters.element().step()).isEqualTo("divide");
        assertThat(letters.element().attempts()).isEqualTo(3);
        assertThat(letters.element().value()).isEqualTo("3");
    }

    @Test
    void givesUpRecordsDatedOutsideTheRangeOrFarIntoTheFutureWithoutMovingTheWatermark() throws Exception {
        Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
        Queue<Windowed<Integer, Long>> results = new ConcurrentLinkedQueue<>();
        List<Instant> times = List.of(
                Instant.parse("2020-01-01T00:00:00Z"),
                Instant.parse("2500-01-01T00:00:00Z"),
                Instant.parse("2200-01-01T00:00:00Z"),
                Instant.parse("2020-01-01T00:00:01Z"));
        Pipeline pipeline = Pipeline.from(
                        ListSource.of(times).eventTime(time -> time).onError(ErrorPolicy.deadLetter()))
                .<Integer>keyBy(time -> 1)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .to(Sinks.collectInto(results))
                .deadLettersTo(Sinks.collectInto(letters));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(results).extracting(Windowed::value).containsExactly(2L);
        assertThat(letters).extracting(DeadLetter::place).containsExactly("list@1", "list@2");
        assertThat(letters.remove().message())
                .isEqualTo("event time: 2500-01-01T00:00:00Z (expected: from 1677-09-22 to 2262-04-10, the range of"
                        + " nanoseconds)");
        assertThat(letters.remove().message())
                .startsWith("event time: 2200-01-01T00:00:00Z (expected: at most PT24H after the record's log time ");
    }

    private static Pipeline echo(Sink<String> sink) {
        return Pipeline.from(TopicSource.of("words", TEXT).logTime()).to(sink).named("echo");
    }

    @Test
    void readsNothingWhilePaused() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        LocalRuntime runtime = LocalRuntime.create();
        try (PipelineController controller = runtime.start(echo(Sinks.collectInto(seen)))) {
            controller.pause();
            assertThat(controller.state()).isEqualTo(PipelineState.PAUSED);
            assertThat(controller.status().waitingFor()).contains("the pipeline is paused");
            runtime.publish("words", TEXT, List.of("a", "b"));
            controller.resume();
            await(() -> seen.size() == 2);
            assertThat(seen).containsExactly("a", "b");
        }
    }

    @Test
    void drainsWhatIsThereAndStops() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        LocalRuntime runtime = LocalRuntime.create();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            words.add("w" + i);
        }
        runtime.publish("words", TEXT, words);
        PipelineController controller = runtime.start(echo(Sinks.collectInto(seen)));
        controller.drain();
        assertThat(controller.state()).isEqualTo(PipelineState.STOPPED);
        assertThat(seen).containsExactlyElementsOf(words);
    }

    @Test
    void closesWindowsOfAQuietTopicAtThePaceOfTheClock() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        };
        Queue<Windowed<Object, Long>> seen = new ConcurrentLinkedQueue<>();
        LocalRuntime runtime = LocalRuntime.create().withClock(clock);
        runtime.publish("words", TEXT, List.of("a", "b"));
        Pipeline pipeline = Pipeline.from(
                        TopicSource.of("words", TEXT).logTime().idleAfter(Duration.ofSeconds(5)))
                .<Object>keyBy(word -> "all")
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .to(Sinks.collectInto(seen));
        try (PipelineController controller = runtime.start(pipeline)) {
            await(() -> controller.status().origins().get(0).position() == 2);
            assertThat(seen).isEmpty();
            now.set(now.get().plusSeconds(6));
            await(() -> controller.status().origins().get(0).evidence().contains("idle: holds nothing back"));
            assertThat(seen).isEmpty();
            now.set(now.get().plusSeconds(60));
            await(() -> seen.size() == 1);
            assertThat(seen.element().value()).isEqualTo(2);
        }
    }

    @Test
    void waitsForASinkThatMayComeBackAndSaysSo() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        CountDownLatch asked = new CountDownLatch(2);
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Sink<String> sink = new Sink<>() {
            @Override
            public String name() {
                return "shaky";
            }

            @Override
            public Guarantee guarantee() {
                return Guarantee.AT_LEAST_ONCE;
            }

            @Override
            public SinkWriter<String> open(SinkContext context) {
                return new SinkWriter<>() {
                    @Override
                    public void write(long time, String value) {
                        asked.countDown();
                        if (away.get()) {
                            throw SinkException.retryable("shaky: away", new IllegalStateException("away"));
                        }
                        seen.add(value);
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
            }
        };
        LocalRuntime runtime = LocalRuntime.create();
        runtime.publish("words", TEXT, List.of("a", "b"));
        try (PipelineController controller = runtime.start(echo(sink))) {
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            await(() -> controller.status().waitingFor().stream().anyMatch(why -> why.contains("shaky: away")));
            away.set(false);
            await(() -> seen.size() == 2);
            assertThat(seen).containsExactly("a", "b");
        }
    }

    @Test
    void tellsWhichSinkIsSlow() {
        CountDownLatch release = new CountDownLatch(1);
        LocalRuntime runtime = LocalRuntime.create();
        runtime.publish("words", TEXT, List.of("a", "b"));
        Sink<String> shop = Sinks.calling("shop", (time, value) -> release.await());
        try (PipelineController controller = runtime.start(echo(shop))) {
            try {
                await(() -> controller.status().waitingFor().stream()
                        .anyMatch(why ->
                                why.startsWith("step \"to shop\" waits for its sink, which has been writing since ")));
            } finally {
                release.countDown(); // or closing would wait for the sink
            }
            await(() -> controller.status().waitingFor().isEmpty());
        }
    }

    @Test
    void refusesASourceItCannotOpenWhenItIsStarted() {
        Pipeline pipeline = Pipeline.from(ListSource.of(List.of("x")).logTime()).to(new Sink<String>() {
            @Override
            public String name() {
                return "closed";
            }

            @Override
            public Guarantee guarantee() {
                return Guarantee.AT_LEAST_ONCE;
            }

            @Override
            public SinkWriter<String> open(SinkContext context) {
                throw SinkException.fatal("closed: no such table", new IllegalStateException("none"));
            }
        });
        assertThatThrownBy(() -> LocalRuntime.create().start(pipeline))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("closed: no such table");
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("condition within 20 s").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
