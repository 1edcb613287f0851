package io.datastream.runtime;

import io.datastream.engine.Step;
import io.datastream.time.EventTime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The meters of one task: {@code datastream.records.in}, {@code .out}, {@code .late}, {@code .failed} and
 * {@code datastream.watermark.delay} (seconds by which event time is behind the clock), tagged by pipeline, step and
 * partition. Tasks count for themselves; {@link #update} carries the difference over, once a batch.
 */
public final class TaskMeters {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Counter in;
    private final Counter out;
    private final Map<String, Counter[]> steps = new HashMap<>();
    private final Map<String, long[]> seen = new HashMap<>();
    private long seenIn;
    private long seenOut;
    private volatile long watermark = EventTime.MIN;

    /** Meters for a task of a stage. */
    public TaskMeters(MeterRegistry registry, String pipeline, String stage, String partition, Clock clock) {
        this.registry = registry;
        this.tags = Tags.of("pipeline", pipeline, "step", stage, "partition", partition);
        this.in = registry.counter("datastream.records.in", tags);
        this.out = registry.counter("datastream.records.out", tags);
        Gauge before = registry.find("datastream.watermark.delay").tags(tags).gauge();
        if (before != null) {
            registry.remove(before); // that of an earlier task, which would be shown forever
        }
        Gauge.builder("datastream.watermark.delay", this, meters -> meters.delay(clock))
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
    }

    private double delay(Clock clock) {
        long at = watermark;
        return at == EventTime.MIN || at >= EventTime.MAX - 1 ? 0 : (clock.millis() - EventTime.toMillis(at)) / 1_000.0;
    }

    /** Takes over what a task has counted since the last call. */
    public void update(long recordsIn, long recordsOut, long newWatermark, List<Step> taskSteps) {
        if (recordsIn > seenIn) {
            in.increment(recordsIn - seenIn);
            seenIn = recordsIn;
        }
        if (recordsOut > seenOut) {
            out.increment(recordsOut - seenOut);
            seenOut = recordsOut;
        }
        watermark = newWatermark;
        for (Step step : taskSteps) {
            long late = step.late();
            long failed = step.skipped() + step.deadLetters();
            if (late > 0 || failed > 0) {
                update(step.name(), late, failed);
            }
        }
    }

    private void update(String step, long late, long failed) {
        long[] before = seen.computeIfAbsent(step, any -> new long[2]);
        Counter[] counters = steps.computeIfAbsent(step, name -> {
            Tags own = tags.and("step", name);
            return new Counter[] {
                registry.counter("datastream.records.late", own), registry.counter("datastream.records.failed", own)
            };
        });
        counters[0].increment(late - before[0]);
        counters[1].increment(failed - before[1]);
        before[0] = late;
        before[1] = failed;
    }
}
