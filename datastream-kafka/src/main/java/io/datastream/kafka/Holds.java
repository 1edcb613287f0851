package io.datastream.kafka;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.Origins;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which origins keep stages from giving out what they hold, because nothing comes from them any more. An origin and the
 * stage that waits for it may be with different workers, and in different processes.
 */
final class Holds {
    /** Rows and marks of another process are on their way for longer than this only if something is wrong there. */
    private static final long STILL_AFTER = TimeUnit.SECONDS.toNanos(3);

    /** Origins that are read here. */
    private final Set<Integer> here = new HashSet<>();

    /** What is known of origins that have been quiet for a while. */
    private final Map<Integer, String> quiet = new HashMap<>();

    private final Map<Held, Wait> held = new LinkedHashMap<>();

    /** Tasks of a stage that hold something and wait for an origin. */
    private record Held(Stage stage, int origin) {}

    /**
     * How long they have been waiting.
     *
     * @param watermark the least of those of the tasks
     * @param since when it was first seen there, on the clock of {@link System#nanoTime}
     */
    private record Wait(long watermark, long since) {
        static Wait least(Wait a, Wait b) {
            return a.watermark <= b.watermark ? a : b;
        }
    }

    /** The origin is read here. */
    void reads(int origin) {
        here.add(origin);
    }

    /** Nothing comes from the origin. */
    void quiet(int origin, String evidence) {
        quiet.put(origin, evidence);
    }

    /** Looks what the keyed tasks of a chain hold, and for whom. */
    void look(Chain chain, long nanoTime) {
        int origin = chain.heldBackBy();
        if (origin >= 0) {
            for (KeyedTask task : chain.keyed) {
                if (task.oldestOpenWindow() != EventTime.MAX || task.buffered() > 0) {
                    held.merge(new Held(task.stage(), origin), new Wait(task.watermark(), nanoTime), Wait::least);
                }
            }
        }
    }

    /** Takes over since when stages wait that had been waiting at the same watermark before. */
    void goOnFrom(Holds before) {
        held.replaceAll((one, wait) -> {
            Wait earlier = before.held.get(one);
            return earlier != null && earlier.watermark() == wait.watermark() ? earlier : wait;
        });
    }

    void addAll(Holds others) {
        here.addAll(others.here);
        quiet.putAll(others.quiet);
        others.held.forEach((one, wait) -> held.merge(one, wait, Wait::least));
    }

    /** In words. */
    List<String> tell(Plan plan, Topology topology, long nanoTime) {
        List<String> words = new ArrayList<>();
        held.forEach((one, wait) -> {
            String evidence = quiet.get(one.origin());
            if (evidence == null && !here.contains(one.origin()) && nanoTime - wait.since() > STILL_AFTER) {
                evidence = "it is not read in this process, and has not moved on for "
                        + TimeUnit.NANOSECONDS.toSeconds(nanoTime - wait.since())
                        + " s; see the status of the process that reads it, or whether there is one";
            }
            if (evidence != null) {
                words.add(one.stage() + " (" + topology.nameOf(one.stage()) + ") waits at watermark "
                        + EventTime.describe(wait.watermark()) + " for " + Origins.describe(plan, one.origin()) + ": "
                        + evidence);
            }
        });
        return words;
    }
}
