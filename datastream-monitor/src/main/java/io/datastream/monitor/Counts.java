package io.datastream.monitor;

import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** How many records the stages of a pipeline have taken and given out, by its meters, at one time. */
final class Counts {
    private static final String IN = "datastream.records.in";
    private static final String OUT = "datastream.records.out";

    private final long nanoTime;
    private final long[] in;
    private final long[] out;
    private final boolean[] known;
    final long lost;

    /**
     * Reads the meters of a pipeline. It remembers what each counter counts, which never changes and costs more to find out
     * than to count. Used by one thread.
     */
    static final class Reader {
        private static final int NONE = -1;
        private static final Place NOWHERE = new Place(NONE, false);

        private final Plan plan;
        private final IdentityHashMap<Counter, Place> places = new IdentityHashMap<>(); // of those that are there

        /** What a counter counts: records that a stage takes, or those it gives out. */
        private record Place(int stage, boolean isIn) {}

        Reader(Plan plan) {
            this.plan = plan;
        }

        Counts read(MeterRegistry meters, long lost, long nanoTime) {
            Counts counts = new Counts(plan.stages().size(), lost, nanoTime);
            int[] found = {0};
            meters.forEachMeter(meter -> {
                if (meter instanceof Counter counter) {
                    add(counts, counter);
                    found[0]++;
                }
            });
            if (places.size() != found[0]) {
                places.clear(); // some are gone
            }
            return counts;
        }

        /** How many counters are remembered. */
        int remembered() {
            return places.size();
        }

        private void add(Counts counts, Counter counter) {
            Place place = places.get(counter);
            if (place == null) {
                place = placeOf(counter.getId());
                places.put(counter, place);
            }
            if (place.stage != NONE) {
                (place.isIn ? counts.in : counts.out)[place.stage] += (long) counter.count();
                counts.known[place.stage] = true;
            }
        }

        private Place placeOf(Meter.Id id) {
            boolean isIn = id.getName().equals(IN);
            String step = id.getTag("step");
            return step != null
                            && (isIn || id.getName().equals(OUT))
                            && plan.name().equals(id.getTag("pipeline"))
                    ? new Place(stageOf(step), isIn)
                    : NOWHERE;
        }

        private int stageOf(String step) {
            for (Stage stage : plan.stages()) {
                if (PlanViews.isNameOf(plan, stage, step)) {
                    return stage.id();
                }
            }
            return NONE;
        }
    }

    private Counts(int stages, long lost, long nanoTime) {
        this.in = new long[stages];
        this.out = new long[stages];
        this.known = new boolean[stages];
        this.lost = lost;
        this.nanoTime = nanoTime;
    }

    boolean isKnown(int stage) {
        return known[stage];
    }

    long in(int stage) {
        return in[stage];
    }

    long out(int stage) {
        return out[stage];
    }

    /** Records that sources have read. */
    long read(Plan plan) {
        long sum = 0;
        for (Stage stage : plan.stages()) {
            sum += stage.source() == null ? 0 : in[stage.id()];
        }
        return sum;
    }

    /** Results handed to sinks. */
    long given() {
        long sum = 0;
        for (long count : out) {
            sum += count;
        }
        return sum;
    }

    /** A second's share of a difference to an earlier look; 0 without one, or where a restart began to count anew. */
    double rate(@Nullable Counts before, long count, long countBefore) {
        if (before == null || nanoTime <= before.nanoTime) {
            return 0;
        }
        return Math.max(0, count - countBefore) * 1e9 / (nanoTime - before.nanoTime);
    }
}
