package io.datastream.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.error.ErrorPolicy;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookupTest {
    record Reading(String sensor, int value) {}

    private static final Map<String, String> ROOMS = Map.of("a", "kitchen", "b", "hall");
    private static final Queue<String> LOADED = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger OPEN = new AtomicInteger();
    private static final Map<String, Integer> FAILURES_LEFT = new ConcurrentHashMap<>();

    /** Counts what is done with it, in statics, as tasks work on copies. */
    static final class Rooms implements LookupLoader<String, String> {
        @Override
        public @Nullable String load(String key) throws Exception {
            LOADED.add(key);
            if (FAILURES_LEFT.merge(key, -1, Integer::sum) >= 0) {
                throw new IOException("rooms: not now");
            }
            return ROOMS.get(key);
        }

        @Override
        public void open() {
            OPEN.incrementAndGet();
        }

        @Override
        public void close() {
            OPEN.decrementAndGet();
        }
    }

    private static List<String> run(Lookup<String, String> rooms, ErrorPolicy policy, int partitions) throws Exception {
        LOADED.clear();
        List<List<Reading>> readings = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            List<Reading> some = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                some.add(new Reading(List.of("a", "b", "x").get(i % 3), partition * 1000 + i));
            }
            readings.add(some);
        }
        List<String> results = Collections.synchronizedList(new ArrayList<>());
        Pipeline pipeline = Pipeline.from(
                        ListSource.partitioned(readings).eventTime(reading -> Instant.ofEpochSecond(reading.value())))
                .process(rooms.join(
                        Reading::sensor,
                        (Reading reading, Optional<String> room) ->
                                room.map(found -> reading.value() + " " + found).orElse(null)))
                .onError(policy)
                .to(Sinks.collectInto(results))
                .named("rooms");
        try (PipelineController controller =
                LocalRuntime.create().withThreads(partitions).start(pipeline)) {
            controller.awaitTermination();
        }
        return results;
    }

    @Test
    void joinsRecordsInTheirOrderAndAsksForEachKeyOnce() throws Exception {
        FAILURES_LEFT.clear();
        Lookup<String, String> rooms = Lookup.of(new Rooms());

        List<String> results = run(rooms, ErrorPolicy.fail(), 1);

        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (i % 3 < 2) {
                expected.add(i + (i % 3 == 0 ? " kitchen" : " hall"));
            }
        }
        assertThat(results).isEqualTo(expected);
        assertThat(LOADED).containsExactly("a", "b", "x");
        assertThat(OPEN).hasValue(0);
        assertThat(rooms.statistics()).isEqualTo(new LookupStatistics(97, 3, 0, 0));
    }

    @Test
    void tasksOfAJvmShareTheCache() throws Exception {
        FAILURES_LEFT.clear();

        List<String> results = run(Lookup.of(new Rooms()), ErrorPolicy.fail(), 4);

        assertThat(results).hasSize(4 * 67);
        assertThat(LOADED).hasSizeLessThanOrEqualTo(12); // 3, unless a task ended before another began
        assertThat(OPEN).hasValue(0);
    }

    @Test
    void failedLoadIsTreatedByThePolicyOfTheStep() throws Exception {
        FAILURES_LEFT.clear();
        FAILURES_LEFT.put("b", 2);

        List<String> results = run(Lookup.of(new Rooms()), ErrorPolicy.retry(2, Duration.ofMillis(1)), 1);

        assertThat(results).hasSize(67);
        assertThat(LOADED).containsExactly("a", "b", "b", "b", "x");
    }

    @Test
    void failedLoadFailsThePipelineByDefault() {
        FAILURES_LEFT.clear();
        FAILURES_LEFT.put("b", 1);

        assertThatThrownBy(() -> run(Lookup.of(new Rooms()), ErrorPolicy.fail(), 1))
                .hasMessageContaining("rooms: not now");
        assertThat(OPEN).hasValue(0);
    }

    @Test
    void nullKeyIsAnErrorOfTheRecord() {
        LookupStep<Reading, String, String, String> step =
                new LookupStep<>(Lookup.of(new Rooms()), reading -> null, (reading, room) -> room.orElse("none"));

        assertThatThrownBy(() -> step.process(new Reading("a", 1)))
                .hasMessage("lookup key: null (expected: a key; filter records without one before)");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        Lookup<String, String> rooms = Lookup.of(new Rooms());

        assertThatThrownBy(() -> rooms.withCapacity(0)).hasMessage("capacity: 0 (expected: at least 1)");
        assertThatThrownBy(() -> rooms.withTimeToLive(Duration.ofSeconds(-1)))
                .hasMessage("time to live: PT-1S (expected: from 0 to 100 years)");
        assertThatThrownBy(() -> rooms.withMissingTimeToLive(Duration.ofDays(40_000)))
                .hasMessage("time to live of what is missing: PT960000H (expected: from 0 to 100 years)");
    }
}
