package io.datastream.monitor;

import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/** How many records the stages of a pipeline have taken and given out, by its meters, at one time. */
final class Counts {
    private final long nanoTime;
    private final long[] in;
    private final long[] out;
    private final boolean[] known;
    final long lost;

    /** Reads the meters of a pipeline. */
    static Counts of(MeterRegistry meters, Plan plan, long lost, long nanoTime) {
        Counts counts = new Counts(plan.stages().size(), lost, nanoTime);
        counts.read(meters, plan, "datastream.records.in", counts.in);
        counts.read(meters, plan, "datastream.records.out", counts.out);
        return counts;
    }

    private Counts(int stages, long lost, long nanoTime) {
        this.in = new long[stages];
        this.out = new long[stages];
        this.known = new boolean[stages];
        this.lost = lost;
        this.nanoTime = nanoTime;
    }

    private void read(MeterRegistry meters, Plan plan, String name, long[] into) {
        for (Counter counter : meters.find(name).tag("pipeline", plan.name()).counters()) {
            String step = counter.getId().getTag("step");
            for (Stage stage : plan.stages()) {
                if (step != null && PlanViews.isNameOf(plan, stage, step)) {
                    into[stage.id()] += (long) counter.count();
                    known[stage.id()] = true;
                    break;
                }
            }
        }
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
