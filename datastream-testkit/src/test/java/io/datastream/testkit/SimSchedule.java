package io.datastream.testkit;

import io.datastream.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Drives the tasks of a simulated pipeline through a random schedule to the end of the input. */
final class SimSchedule {
    private static final int LONGEST = 200_000;

    final Rig rig;
    final Rig.Options options;
    int crashes;
    private final SimPipeline pipeline;
    private final Random random;

    SimSchedule(SimPipeline pipeline, Plan plan, long seed) {
        this.pipeline = pipeline;
        random = new Random(seed * 0xBF58476D1CE4E5B9L + 7);
        Map<String, Integer> partitions = new HashMap<>();
        pipeline.inputs.forEach(
                input -> partitions.put(input.name(), input.partitions().size()));
        options = new Rig.Options(
                partitions,
                pipeline.shards,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean());
        rig = new Rig(plan, options);
        for (SourceUnit unit : rig.sources()) {
            SimPipeline.Input input = pipeline.inputs.stream()
                    .filter(each ->
                            each.name().equals(plan.nameOf(java.util.Objects.requireNonNull(unit.stage.source()))))
                    .findFirst()
                    .orElseThrow();
            input.partitions()
                    .get(unit.partition)
                    .forEach(num -> unit.log.entries.add(new SourceLog.Entry(num.time(), num, null, null)));
            unit.log.ended = true;
        }
    }

    void run() {
        int crashRate = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(12);
        int commitRate = 2 + random.nextInt(20);
        int batch = 1 + random.nextInt(random.nextBoolean() ? 3 : 40);
        int steps = 0;
        while (!rig.isDone()) {
            if (++steps > LONGEST) {
                throw new IllegalStateException("the schedule does not end");
            }
            int dice = random.nextInt(100);
            if (dice < crashRate) {
                crash();
            } else if (dice < crashRate + commitRate) {
                commit();
            } else if (random.nextBoolean()) {
                source(batch);
            } else {
                keyed(batch);
            }
        }
    }

    private void crash() {
        crashes++;
        if (options.together()) {
            rig.crashAll();
        } else {
            pick(rig.units()).crash();
        }
    }

    private void commit() {
        if (options.together()) {
            rig.commitAll();
        } else {
            Unit unit = pick(rig.units());
            if (unit instanceof SourceUnit source) {
                source.settle();
            }
            unit.commit();
        }
    }

    private void source(int batch) {
        SourceUnit unit = pick(rig.sources());
        unit.read(1 + random.nextInt(batch));
        if (random.nextInt(3) > 0) {
            unit.settle();
        }
        if (random.nextBoolean()) {
            unit.flush();
        }
    }

    private void keyed(int batch) {
        if (rig.keyed().isEmpty()) {
            source(batch);
            return;
        }
        KeyedUnit unit = pick(rig.keyed());
        unit.read(1 + random.nextInt(batch));
        if (random.nextInt(3) > 0) {
            unit.advance();
        }
        if (random.nextBoolean()) {
            unit.flush();
        }
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Whether no step keeps anything of a key after the end of the input. */
    boolean forgetsAll() {
        return java.util.stream.Stream.of(pipeline.first, pipeline.second, pipeline.regrouped)
                .flatMap(List::stream)
                .allMatch(SimStep::forgetsAll);
    }

    /** Keys and entries of state that are left. */
    List<String> left() {
        List<String> left = new ArrayList<>();
        for (SourceUnit unit : rig.sources()) {
            for (SourceUnit.Fused fused : unit.fused()) {
                if (fused.task.keys() > 0 || fused.stored.size() > 0) {
                    left.add(fused.stage + ": " + fused.task.keys() + " keys, " + fused.stored.size() + " entries");
                }
            }
        }
        for (KeyedUnit unit : rig.keyed()) {
            if (unit.task().keys() > 0 || unit.stored().size() > 0) {
                left.add(unit.stage + ": " + unit.task().keys() + " keys, "
                        + unit.stored().size() + " entries");
            }
        }
        return left;
    }
}
