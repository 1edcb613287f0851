package io.datastream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.error.Late;
import io.datastream.processor.SideOutput;
import io.datastream.runtime.WindowExplanation.Input;
import io.datastream.runtime.WindowExplanation.Outcome;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import io.datastream.time.Session;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import io.datastream.time.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What whole pipelines say of their windows, compared with the records that are in the results, and with those that came late. */
@Timeout(60)
class ExplainedRunsTest {
    private static final int SEEDS = Integer.getInteger("datastream.seeds", 15);
    private static final long FIRST_SEED = Long.getLong("datastream.seed", 1);

    /** Its place is in it, so that results tell of which records they are made. */
    record Reading(String key, long time, String origin, long offset, boolean isFilled) {
        String place() {
            return origin + "@" + offset + (isFilled ? "+" : "");
        }
    }

    /** Seeds whose planned failure has happened. */
    private static final Set<Long> FAILED = ConcurrentHashMap.newKeySet();

    private static Windows windows(SplittableRandom random) {
        int step = 1 + random.nextInt(6);
        return switch (random.nextInt(7)) {
            case 0 -> Tumbling.of(Duration.ofNanos(step));
            case 1 -> Tumbling.of(Duration.ofNanos(step)).withEmpty();
            case 2 -> Tumbling.of(Duration.ofNanos(step)).withOffset(Duration.ofNanos(random.nextInt(step)));
            case 3 -> Sliding.of(Duration.ofNanos(2 + random.nextInt(8))).every(Duration.ofNanos(step));
            case 4 -> Sliding.of(Duration.ofNanos(1 + step)).every(Duration.ofNanos(3 + 2 * step)); // leaves gaps
            case 5 -> Session.withGap(Duration.ofNanos(step));
            default -> Session.withGap(Duration.ofNanos(step)).withBoundary(Session.Boundary.EXCLUSIVE);
        };
    }

    private static List<List<Reading>> partitions(SplittableRandom random, String source) {
        List<List<Reading>> partitions = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int p = 0; p < count; p++) {
            List<Reading> partition = new ArrayList<>();
            long now = random.nextInt(10);
            int most = random.nextInt(4) == 0 ? 1_500 : 60;
            for (int i = random.nextInt(most); i > 0; i--) {
                now += random.nextInt(20) == 0 ? random.nextInt(20) : random.nextInt(2);
                partition.add(new Reading(
                        "k" + random.nextInt(3),
                        Math.max(0, now - random.nextInt(8)),
                        source + "-" + p,
                        partition.size(),
                        random.nextInt(4) == 0));
            }
            partitions.add(partition);
        }
        return partitions;
    }

    /** Gives a few records at a time, so that commits lie between them. */
    private record InSmallBatches(ListSource<Reading> list) implements ReadableSource<Reading> {
        @Override
        public String name() {
            return list.name();
        }

        @Override
        public int partitions() {
            return list.partitions();
        }

        @Override
        public boolean isBounded() {
            return true;
        }

        @Override
        public SourceReader<Reading> open(int partition, long position) {
            SourceReader<Reading> reader = list.open(partition, position);
            return new SourceReader<>() {
                @Override
                public Status poll(int max, Collector<? super Reading> out) {
                    return reader.poll(Math.min(max, 5), out);
                }

                @Override
                public void close() {
                    reader.close();
                }
            };
        }
    }

    private static String told(List<Input> inputs) {
        Map<String, String> texts = new TreeMap<>();
        for (Input input : inputs) {
            texts.put(
                    input.origin(),
                    input.firstOffset() + ".." + input.lastOffset() + " " + input.records() + " " + input.filled());
        }
        return texts.toString();
    }

    private static String model(List<Reading> readings, boolean withFilled) {
        Map<String, List<Reading>> byOrigin = new TreeMap<>();
        readings.forEach(r ->
                byOrigin.computeIfAbsent(r.origin(), any -> new ArrayList<>()).add(r));
        Map<String, String> texts = new TreeMap<>();
        byOrigin.forEach((origin, list) -> {
            LongSummaryStatistics offsets =
                    list.stream().mapToLong(Reading::offset).summaryStatistics();
            long filled = list.stream().filter(r -> withFilled && r.isFilled()).count();
            texts.put(origin, offsets.getMin() + ".." + offsets.getMax() + " " + list.size() + " " + filled);
        });
        return texts.toString();
    }

    @Test
    void tellOfTheRecordsThatAreInTheResults() throws InterruptedException {
        long complete = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            Run run = new Run(seed);
            run.run();
            complete += run.check();
        }
        assertThat(complete).as("windows of which all is known").isGreaterThan(100L * SEEDS);
    }

    /** A pipeline of its own for each seed, over one or two sources; some fail once, and go on from a commit. */
    private static final class Run {
        private final String as;
        private final SplittableRandom random;
        private final Windows windows;
        private final List<Reading> input = new ArrayList<>();
        private final Map<String, Reading> byPlace = new TreeMap<>();
        private final boolean doubled;
        private final Pipeline pipeline;
        private final Queue<Windowed<String, List<String>>> results = new ConcurrentLinkedQueue<>();
        private final Queue<Late<Reading>> late = new ConcurrentLinkedQueue<>();
        private Explanations explanations;
        private boolean hasRestarted;

        Run(long seed) {
            random = new SplittableRandom(seed);
            windows = windows(random);
            as = "seed " + seed + ", " + windows + ": ";
            long disorder = random.nextInt(8);
            Stream<Reading> stream = source("a", disorder);
            if (random.nextBoolean()) {
                stream = stream.merge(source("b", disorder));
            }
            stream = stream.filter(r -> r.offset() % 11 != 5);
            doubled = random.nextInt(3) == 0;
            if (doubled) {
                stream = stream.flatMap(r -> List.of(r, r));
            }
            if (random.nextInt(3) == 0 && !input.isEmpty()) {
                stream = failingOnce(stream, seed);
            }
            SideOutput<Late<Reading>> side = SideOutput.named("late");
            var lists = stream.keyBy(Reading::key)
                    .filter(r -> r.offset() % 7 != 3)
                    .window(windows)
                    .withLate(side)
                    .explained(100_000, Reading::isFilled)
                    .aggregate(Aggregations.collectList(Reading::place, Codec.utf8()))
                    .named("lists");
            pipeline = lists.to(Sinks.collectInto(results))
                    .and(lists.side(side).to(Sinks.collectInto(late)))
                    .named("run");
        }

        private Stream<Reading> source(String name, long disorder) {
            List<List<Reading>> partitions = partitions(random, name);
            partitions.forEach(input::addAll);
            input.forEach(r -> byPlace.put(r.place(), r));
            return Pipeline.from(new InSmallBatches(ListSource.partitioned(partitions))
                    .eventTimeNanos(Reading::time)
                    .disorderUpTo(Duration.ofNanos(disorder))
                    .named(name));
        }

        /** At one of the last records. */
        private Stream<Reading> failingOnce(Stream<Reading> stream, long seed) {
            String at = input.get(input.size() - 1 - random.nextInt(1 + input.size() / 2))
                    .place();
            return stream.map(r -> {
                if (r.place().equals(at) && FAILED.add(seed)) {
                    throw new IllegalStateException("planned failure");
                }
                return r;
            });
        }

        void run() throws InterruptedException {
            LocalRuntime runtime = LocalRuntime.create()
                    .withThreads(1 + random.nextInt(2))
                    .withShards(1 + random.nextInt(3))
                    .withCheckpoints(Checkpoints.inMemory().every(Duration.ofMillis(1)))
                    .withRestarts(RestartPolicy.upTo(3).withBackoff(Duration.ofMillis(1)));
            try (PipelineController controller = runtime.start(pipeline)) {
                controller.awaitTermination();
                assertThat(controller.state()).as(as).isEqualTo(PipelineState.COMPLETED);
                explanations = controller.explanations();
                hasRestarted = controller.status().restarts() > 0;
            }
        }

        /** Returns of how many windows all is known. */
        long check() {
            long complete = 0;
            Map<String, List<Window>> byKey = new TreeMap<>();
            for (Windowed<String, List<String>> result : new LinkedHashSet<>(results)) { // a restart gives some again
                byKey.computeIfAbsent(result.key(), any -> new ArrayList<>()).add(result.window());
                complete += check(result) ? 1 : 0;
            }
            byKey.forEach((key, expected) -> {
                expected.sort(Comparator.comparing(Window::endNanos).reversed());
                List<Window> latest = explanations.latest("lists", key, null, 10_000).stream()
                        .map(WindowExplanation::window)
                        .toList();
                if (hasRestarted) {
                    assertThat(expected).as(as + key).containsAll(latest);
                } else {
                    assertThat(latest).as(as + key).isEqualTo(expected);
                }
            });
            return complete;
        }

        /** Whether all is known of the window. */
        private boolean check(Windowed<String, List<String>> result) {
            WindowExplanation told = explanations.explain("lists", result.key(), result.window());
            String what = as + result + "\n" + told;
            assertThat(told.notes().isEmpty() || hasRestarted).as(what).isTrue();
            if (told.outcome() == Outcome.FORGOTTEN) {
                assertThat(hasRestarted).as(what).isTrue();
                return false;
            }
            List<Reading> used = result.value().stream().map(byPlace::get).toList();
            assertThat(told.outcome()).as(what).isEqualTo(used.isEmpty() ? Outcome.EMPTY : Outcome.CLOSED);
            if (told.notes().stream().noneMatch(note -> note.contains("came before a restart"))) {
                assertThat(told(told.inputs())).as(what).isEqualTo(model(used, true));
            } else {
                assertThat(told.records()).as(what).isLessThanOrEqualTo(used.size());
            }
            boolean isLateKnown = told.notes().stream().noneMatch(note -> note.contains("left out may be forgotten"));
            if (isLateKnown && !(windows instanceof Session)) {
                assertThat(told(told.late())).as(what).isEqualTo(model(lateFor(result), false));
            }
            return told.notes().isEmpty();
        }

        private List<Reading> lateFor(Windowed<String, List<String>> result) {
            return late.stream()
                    .map(Late::value)
                    .filter(r -> r.key().equals(result.key()) && result.window().contains(r.time()))
                    .distinct() // a restart gives some again
                    .flatMap(r -> Collections.nCopies(doubled ? 2 : 1, r).stream())
                    .toList();
        }
    }
}
