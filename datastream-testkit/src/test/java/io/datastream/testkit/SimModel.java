package io.datastream.testkit;

import io.datastream.engine.StableHash;
import io.datastream.error.ErrorPolicy;
import io.datastream.plan.Node;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a simulated pipeline must give, computed by sorting and folding the whole input: slowly, without watermarks,
 * tasks, state or commits. It shares with the engine only the definitions: plan numbers, the hash of keys, aggregations
 * and processors.
 */
final class SimModel {
    static final long NEVER = Long.MIN_VALUE;

    /**
     * A place in the order in which a task does things: task time; 0 for timers, 1 for records, 2 for windows that end;
     * and what follows from these.
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Order(long... parts) implements Comparable<Order> {
        Order then(long... more) {
            long[] all = java.util.Arrays.copyOf(parts, parts.length + more.length);
            System.arraycopy(more, 0, all, parts.length, more.length);
            return new Order(all);
        }

        @Override
        public int compareTo(Order other) {
            return java.util.Arrays.compare(parts, other.parts);
        }
    }

    /** A row that enters a stage: {@code behind} is its origin's watermark if it lies before that. */
    record In(long origin, long sequence, long time, long behind, String key, Num num) {}

    /** A record within a stage. */
    record Ev(String key, long time, Num num, long origin, Order order) {}

    /** What must come out. */
    final Map<String, Map<String, List<String>>> results = new TreeMap<>();

    final List<String> lates = new ArrayList<>();
    final List<String> deadLetters = new ArrayList<>();

    private final SimPipeline pipeline;
    private final Plan plan;
    private final Map<String, Integer> ranks = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();

    SimModel(SimPipeline pipeline, Plan plan) {
        this.pipeline = pipeline;
        this.plan = plan;
    }

    static String text(long time, Num num) {
        return time + " " + num.key() + " " + num.group() + " " + num.time() + " "
                + Long.toHexString(Double.doubleToRawLongBits(num.value())) + " (" + num.value() + ") " + num.trace();
    }

    static String lateText(String step, long time, long watermark, Object value) {
        return step + " " + time + " behind " + watermark + ": " + value;
    }

    void run() {
        List<In> raw = new ArrayList<>();
        for (SimPipeline.Input input : pipeline.inputs) {
            raw.addAll(read(input));
        }
        if (pipeline.raw) {
            raw.forEach(in -> results.computeIfAbsent("raw", any -> new TreeMap<>())
                    .computeIfAbsent(in.key(), any -> new ArrayList<>())
                    .add(text(in.time(), in.num())));
        }
        Stage stage = stageOf(pipeline.first.get(0).name());
        Map<String, List<In>> byKey = new TreeMap<>();
        raw.forEach(in ->
                byKey.computeIfAbsent(in.num().key(), any -> new ArrayList<>()).add(in));
        List<Ev> chain = run(stage, byKey, pipeline.first, "first");
        List<Ev> other = pipeline.second.isEmpty() ? List.of() : run(stage, byKey, pipeline.second, "second");
        if (pipeline.rekey == SimPipeline.Rekey.NOTHING) {
            return;
        }
        List<In> regrouped = new ArrayList<>();
        if (pipeline.rekey == SimPipeline.Rekey.CHAIN_AND_RAW) {
            raw.forEach(in -> regrouped.add(new In(
                    in.origin(), in.sequence(), in.time(), in.behind(), in.num().group(), in.num())));
        }
        List<Ev> all = new ArrayList<>(chain);
        if (pipeline.rekey == SimPipeline.Rekey.BOTH_CHAINS) {
            all.addAll(other);
        }
        all.sort((a, b) -> a.order().compareTo(b.order()));
        long delay = delay(pipeline.first);
        if (pipeline.rekey == SimPipeline.Rekey.BOTH_CHAINS) {
            delay = Math.max(delay, delay(pipeline.second));
        }
        for (Ev ev : all) {
            long origin = origin(stage, task(ev.key(), byKey));
            // what is given out at the end of the input, though its time is long past, is late
            long behind = ev.order().parts()[0] == SimFold.END ? SimFold.END - delay : NEVER;
            regrouped.add(
                    new In(origin, sequence(origin), ev.time(), behind, ev.num().group(), ev.num()));
        }
        Map<String, List<In>> byGroup = new TreeMap<>();
        regrouped.forEach(in ->
                byGroup.computeIfAbsent(in.key(), any -> new ArrayList<>()).add(in));
        run(stageOf(pipeline.regrouped.get(0).name()), byGroup, pipeline.regrouped, "regrouped");
    }

    private static long delay(List<SimStep> steps) {
        return steps.stream().mapToLong(SimStep::delay).sum();
    }

    private long sequence(long origin) {
        return sequences.merge("o" + origin, 1L, Long::sum);
    }

    private Stage stageOf(String step) {
        return plan.stages().stream()
                .filter(stage -> stage.isKeyed()
                        && stage.nodes().stream()
                                .anyMatch(node -> plan.nameOf(node).equals(step)))
                .findFirst()
                .orElseThrow();
    }

    private int opIndex(Stage stage, String step) {
        List<String> names = stage.nodes().stream()
                .filter(Node::isStateful)
                .map(plan::nameOf)
                .toList();
        return names.indexOf(step);
    }

    private static long origin(Stage stage, int number) {
        return ((long) stage.id() << 20) + number;
    }

    /** The task of the first keyed stage that a key belongs to. */
    private int task(String key, Map<String, List<In>> byKey) {
        if (pipeline.fused && pipeline.inputs.size() == 1) {
            return (int) (byKey.get(key).get(0).origin() & 0xFFFFF);
        }
        return StableHash.shard(key, null, pipeline.shards);
    }

    private List<In> read(SimPipeline.Input input) {
        Stage stage = plan.stages().stream()
                .filter(each ->
                        each.source() != null && plan.nameOf(each.source()).equals(input.name()))
                .findFirst()
                .orElseThrow();
        List<In> rows = new ArrayList<>();
        for (int p = 0; p < input.partitions().size(); p++) {
            List<Num> log = input.partitions().get(p);
            long highest = NEVER;
            for (int i = 0; i < log.size(); i++) {
                Num num = log.get(i);
                long watermark = highest == NEVER ? NEVER : highest - input.disorder();
                highest = Math.max(highest, num.time());
                if (num.value() == SimPipeline.FAILING) {
                    if (pipeline.failing == ErrorPolicy.Action.DEAD_LETTER) {
                        deadLetters.add("check-" + input.name() + " " + input.name() + "-" + p + "@" + i + " " + num);
                    }
                    continue;
                }
                long behind = num.time() < watermark ? watermark : NEVER;
                rows.add(new In(origin(stage, p), i, num.time(), behind, num.key(), num));
            }
        }
        return rows;
    }

    private List<Ev> run(Stage stage, Map<String, List<In>> byKey, List<SimStep> steps, String sink) {
        ranks.clear();
        new TreeSet<>(byKey.keySet()).forEach(key -> ranks.put(key, ranks.size()));
        List<Ev> all = new ArrayList<>();
        byKey.forEach((key, rows) -> {
            List<Ev> out = run(stage, key, rows, steps);
            List<String> texts = new ArrayList<>();
            out.forEach(ev -> texts.add(text(ev.time(), ev.num())));
            if (!texts.isEmpty()) {
                results.computeIfAbsent(sink, any -> new TreeMap<>()).put(key, texts);
            }
            all.addAll(out);
        });
        return all;
    }

    private List<Ev> run(Stage stage, String key, List<In> rows, List<SimStep> steps) {
        List<In> arrived = new ArrayList<>(rows);
        arrived.sort((a, b) -> a.origin() != b.origin()
                ? Long.compare(a.origin(), b.origin())
                : Long.compare(a.sequence(), b.sequence()));
        List<Ev> events = List.of();
        long lag = 0;
        // what timers and windows give out comes from the task itself, whose number is above all it reads from
        long self = origin(stage, 0);
        for (int i = 0; i < steps.size(); i++) {
            SimStep step = steps.get(i);
            long index = opIndex(stage, step.name());
            long rank = ranks.get(key);
            SimSlices slices = step.windows() == null ? null : SimSlices.of(step.windows());
            if (i == 0) {
                events = slices == null ? sorted(step, arrived, index) : onTime(step, slices, arrived);
            }
            SimFold fold = new SimFold(key, self, index, rank, lag);
            if (slices != null) {
                List<Ev> onTime = new ArrayList<>();
                for (Ev ev : events) {
                    if (i > 0 && ev.order().parts()[0] == SimFold.END) {
                        lates.add(lateText(step.name(), ev.time(), SimFold.END, ev.num()));
                    } else {
                        onTime.add(ev);
                    }
                }
                events = fold.windows(onTime, slices);
            } else {
                List<Ev> sides = new ArrayList<>();
                events = fold.inOrder(events, SimFold.Rule.of(step), sides);
                for (Ev ev : sides) {
                    results.computeIfAbsent("side-of-" + step.name(), any -> new TreeMap<>())
                            .computeIfAbsent(key, any -> new ArrayList<>())
                            .add(text(ev.time(), ev.num()));
                }
            }
            lag += step.delay();
        }
        return events;
    }

    /** The rows that a step takes which wants order, in order. */
    private List<Ev> sorted(SimStep step, List<In> rows, long index) {
        List<Ev> events = new ArrayList<>();
        for (In in : rows) {
            if (in.behind() != NEVER) {
                late(step, in);
            } else {
                events.add(new Ev(
                        in.key(),
                        in.time(),
                        in.num(),
                        in.origin(),
                        new Order(in.time(), 1, in.origin(), in.sequence(), index)));
            }
        }
        events.sort((a, b) -> a.order().compareTo(b.order()));
        return events;
    }

    /** The rows whose slice ends after their origin's watermark, by origin, in order of arrival. */
    private List<Ev> onTime(SimStep step, SimSlices slices, List<In> rows) {
        List<Ev> events = new ArrayList<>();
        for (In in : rows) {
            if (in.behind() != NEVER && slices.end(slices.of(in.time())) <= in.behind()) {
                late(step, in);
            } else {
                events.add(new Ev(in.key(), in.time(), in.num(), in.origin(), new Order(in.sequence())));
            }
        }
        return events;
    }

    private void late(SimStep step, In in) {
        lates.add(lateText(step.name(), in.time(), in.behind(), in.num()));
    }
}
