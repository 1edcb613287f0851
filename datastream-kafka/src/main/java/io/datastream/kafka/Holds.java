package io.datastream.kafka;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.Origins;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which origins keep stages from giving out what they hold, because nothing comes from them any more. An origin and the
 * stage that waits for it may be with different workers.
 */
final class Holds {
    /** What is known of origins that have been quiet for a while. */
    private final Map<Integer, String> quiet = new HashMap<>();

    private final Map<Held, Long> held = new LinkedHashMap<>();

    /** Tasks of a stage that hold something and wait for an origin. */
    private record Held(Stage stage, int origin) {}

    /** Nothing comes from the origin. */
    void quiet(int origin, String evidence) {
        quiet.put(origin, evidence);
    }

    /** Looks what the keyed tasks of a chain hold, and for whom. */
    void look(Chain chain) {
        int origin = chain.heldBackBy();
        if (origin >= 0) {
            for (KeyedTask task : chain.keyed) {
                if (task.oldestOpenWindow() != EventTime.MAX || task.buffered() > 0) {
                    held.merge(new Held(task.stage(), origin), task.watermark(), Math::min);
                }
            }
        }
    }

    void addAll(Holds others) {
        quiet.putAll(others.quiet);
        others.held.forEach((one, watermark) -> held.merge(one, watermark, Math::min));
    }

    /** In words. */
    List<String> tell(Plan plan, Topology topology) {
        List<String> words = new ArrayList<>();
        held.forEach((one, watermark) -> {
            String evidence = quiet.get(one.origin());
            if (evidence != null) {
                words.add(one.stage() + " (" + topology.nameOf(one.stage()) + ") waits at watermark "
                        + EventTime.describe(watermark) + " for " + Origins.describe(plan, one.origin()) + ": "
                        + evidence);
            }
        });
        return words;
    }
}
