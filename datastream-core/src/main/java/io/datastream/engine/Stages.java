package io.datastream.engine;

import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What a runtime needs to know before it makes tasks. A runtime makes a {@link SourceTask} for each partition of each
 * source stage and {@link KeyedTask}s for each keyed stage, feeds the first with records, carries rows and watermarks
 * from one to the other, and decides when to commit.
 */
public final class Stages {
    private Stages() {}

    /** The stages that feed a stage. */
    public static List<Stage> feeding(Plan plan, Stage stage) {
        return plan.stages().stream()
                .filter(other -> other.targets().contains(stage))
                .toList();
    }

    /** All origins of a keyed stage, given how many partitions or tasks each stage has. */
    public static int[] origins(Plan plan, Stage stage, ToIntFunction<Stage> tasks) {
        List<Integer> origins = new ArrayList<>();
        for (Stage other : feeding(plan, stage)) {
            for (int i = 0; i < tasks.applyAsInt(other); i++) {
                origins.add(Origins.of(other, i));
            }
        }
        return origins.stream().mapToInt(Integer::intValue).toArray();
    }
}
