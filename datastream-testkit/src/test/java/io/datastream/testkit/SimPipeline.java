package io.datastream.testkit;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Late;
import io.datastream.sink.Sink;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A random pipeline with its input, made from a seed. */
final class SimPipeline {
    /** What is grouped by the second key. */
    enum Rekey {
        NOTHING,
        CHAIN,
        BOTH_CHAINS,
        CHAIN_AND_RAW
    }

    /** A source with what its partitions hold. */
    record Input(String name, long disorder, List<List<Num>> partitions) {}

    static final double FAILING = 13.0;

    final long seed;
    final long unit;
    final List<Input> inputs = new ArrayList<>();
    final boolean fused;
    final ErrorPolicy.Action failing;
    final List<SimStep> first;
    final List<SimStep> second;
    final Rekey rekey;
    final List<SimStep> regrouped;
    final int shards;

    /** Whether the records leave as they are, too; each key is then of one partition, so that their order is known. */
    final boolean raw;

    SimPipeline(long seed) {
        this.seed = seed;
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        unit = random.nextInt(4) == 0 ? Duration.ofMinutes(10).toNanos() : 1;
        fused = random.nextInt(3) == 0;
        failing = random.nextBoolean() ? ErrorPolicy.Action.DEAD_LETTER : ErrorPolicy.Action.SKIP;
        shards = 1 + random.nextInt(4);
        int sources = random.nextInt(4) == 0 ? 2 : 1;
        for (int i = 0; i < sources; i++) {
            inputs.add(input(random, "in" + i, i));
        }
        rekey = random.nextInt(2) == 0 ? Rekey.NOTHING : Rekey.values()[1 + random.nextInt(3)];
        boolean withSecond = rekey == Rekey.BOTH_CHAINS || random.nextInt(4) == 0;
        first = chain(random, "a", 1 + random.nextInt(3), rekey == Rekey.NOTHING);
        second = withSecond ? chain(random, "b", 1, rekey != Rekey.BOTH_CHAINS) : List.of();
        regrouped = rekey == Rekey.NOTHING ? List.of() : chain(random, "c", 1 + random.nextInt(2), true);
        raw = fused && random.nextBoolean();
    }

    private List<SimStep> chain(Random random, String prefix, int length, boolean ends) {
        List<SimStep> steps = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            steps.add(SimStep.random(random, prefix + i, unit, ends && i == length - 1));
        }
        return steps;
    }

    private Input input(Random random, String name, int number) {
        int partitions = 1 + random.nextInt(4);
        long disorder = unit * (random.nextInt(3) == 0 ? 0 : random.nextInt(40));
        long base = EventTime.nanos(Instant.parse("2025-10-25T20:00:00Z"));
        List<List<Num>> logs = new ArrayList<>();
        int records = random.nextInt(6) == 0 ? 0 : 10 + random.nextInt(60);
        int keys = 1 + random.nextInt(5);
        for (int p = 0; p < partitions; p++) {
            List<Num> log = new ArrayList<>();
            long time = random.nextInt(40);
            int size = records == 0 && p == 0 ? 0 : 10 + random.nextInt(Math.max(1, records));
            for (int i = 0; i < size; i++) {
                time += random.nextInt(60) == 0 ? random.nextInt(400) : random.nextInt(5);
                long behind = disorder / unit * (random.nextInt(8) == 0 ? 4 : 1);
                long at = time - (behind == 0 ? 0 : random.nextInt((int) behind + 1));
                String key = (fused ? "p" + number + p : "") + "k" + random.nextInt(keys);
                double value = random.nextInt(30) == 0
                        ? FAILING
                        : (random.nextDouble() - 0.4) * Math.pow(10, random.nextInt(16) - 6);
                String group = "g" + random.nextInt(3);
                log.add(new Num(key, group, base + at * unit, value, random.nextInt(1000)));
            }
            logs.add(log);
        }
        return new Input(name, disorder, logs);
    }

    /** Collects what the steps add beside the main results. */
    static final class Sides {
        private @Nullable Pipeline all;

        void add(Pipeline pipeline) {
            Pipeline before = all;
            all = before == null ? pipeline : before.and(pipeline);
        }

        Sink<Late<Num>> lateSink(String step) {
            return TestSink.named("late-of-" + step);
        }

        Sink<Num> sideSink(String step) {
            return TestSink.named("side-of-" + step);
        }
    }

    private static Num check(Num num) {
        if (num.value() == FAILING) {
            throw new IllegalArgumentException("value: " + num.value() + " (expected: another)");
        }
        return num;
    }

    Pipeline pipeline() {
        Stream<Num> stream = source(inputs.get(0));
        if (inputs.size() > 1) {
            stream = stream.merge(source(inputs.get(1)));
        }
        KeyedStream<String, Num> keyed = fused ? stream.keyedBy(Num::key) : stream.keyBy(Num::key);
        Sides sides = new Sides();
        if (raw) {
            sides.add(keyed.to(TestSink.named("raw")));
        }
        KeyedStream<String, Num> results = apply(first, keyed, sides);
        sides.add(results.to(TestSink.named("first")));
        KeyedStream<String, Num> more = second.isEmpty() ? null : apply(second, keyed, sides);
        if (more != null) {
            sides.add(more.to(TestSink.named("second")));
        }
        if (rekey != Rekey.NOTHING) {
            Stream<Num> values = results.values();
            if (rekey == Rekey.BOTH_CHAINS && more != null) {
                values = values.merge(more.values());
            } else if (rekey == Rekey.CHAIN_AND_RAW) {
                values = stream.merge(values);
            }
            sides.add(apply(regrouped, values.keyBy(Num::group), sides).to(TestSink.named("regrouped")));
        }
        Pipeline all = sides.all;
        if (all == null) {
            throw new IllegalStateException("no sinks");
        }
        return all.deadLettersTo(TestSink.named("dead")).lateTo(TestSink.named("late"));
    }

    private static KeyedStream<String, Num> apply(List<SimStep> steps, KeyedStream<String, Num> input, Sides sides) {
        KeyedStream<String, Num> stream = input;
        for (SimStep step : steps) {
            stream = step.apply(stream, sides);
        }
        return stream;
    }

    private Stream<Num> source(Input input) {
        return Pipeline.from(TestSource.<Num>named(input.name())
                        .eventTimeNanos(Num::time)
                        .disorderUpTo(Duration.ofNanos(input.disorder())))
                .map(SimPipeline::check)
                .named("check-" + input.name())
                .onError(new ErrorPolicy(failing, 0, Duration.ZERO));
    }

    /** The steps, for messages. */
    String describe() {
        return "seed " + seed + ": " + (fused ? "fused, " : "") + (raw ? "with raw records, " : "") + "shards " + shards
                + ", sources "
                + inputs.stream()
                        .map(input -> input.partitions().size() + " partitions, disorder " + input.disorder())
                        .collect(Collectors.joining(" and "))
                + "; first " + first + (second.isEmpty() ? "" : "; second " + second)
                + (rekey == Rekey.NOTHING ? "" : "; " + rekey + " regrouped " + regrouped);
    }
}
