package io.datastream.alerts;

import io.datastream.alerts.MetricRule.Reader;
import io.datastream.alerts.MetricRule.Sample;
import io.datastream.runtime.PipelineStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a {@link MetricRule} can read of a pipeline. */
public final class Readers {
    private Readers() {}

    /**
     * The meters of a name that have the tag {@code pipeline} with the pipeline's name: the value of a gauge, the count of a
     * counter, the longest duration of a timer in seconds. Other meters are left out. The series is made of the other tags,
     * such as {@code partition readings-3, step means}.
     */
    public static Reader meter(String name) {
        return (pipeline, status, now) ->
                pipeline.meters().find(name).tag("pipeline", pipeline.name()).meters().stream()
                        .map(meter -> new Sample(series(meter), value(meter)))
                        .toList();
    }

    private static @Nullable String series(Meter meter) {
        String series = meter.getId().getTags().stream()
                .filter(tag -> !tag.getKey().equals("pipeline"))
                .map(tag -> tag.getKey() + " " + tag.getValue())
                .collect(Collectors.joining(", "));
        return series.isEmpty() ? null : series;
    }

    private static double value(Meter meter) {
        if (meter instanceof Gauge gauge) {
            return gauge.value();
        }
        if (meter instanceof Counter counter) {
            return counter.count();
        }
        if (meter instanceof FunctionCounter counter) {
            return counter.count();
        }
        return meter instanceof Timer timer ? timer.max(TimeUnit.SECONDS) : Double.NaN;
    }

    /** A number of the status as a whole. */
    public static Reader status(ToDoubleFunction<PipelineStatus> value) {
        return (pipeline, status, now) -> List.of(new Sample(null, value.applyAsDouble(status)));
    }

    /** A number of each step that did not use every record. */
    public static Reader steps(ToDoubleFunction<PipelineStatus.StepStatus> value) {
        return (pipeline, status, now) -> status.steps().stream()
                .map(step -> new Sample("step " + step.name(), value.applyAsDouble(step)))
                .toList();
    }

    /**
     * By how much each of another reader's numbers has grown within a time before now, for counts. One that falls, as after a
     * new start, begins anew. What a series has when it is first seen counts as grown, unless the pipeline was not seen before.
     *
     * @param window more than zero
     */
    public static Reader increase(Reader counts, Duration window) {
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("window: " + window + " (expected: more than zero)");
        }
        Map<String, Map<String, Growth>> growths = new HashMap<>();
        return (pipeline, status, now) -> {
            boolean known = growths.containsKey(pipeline.name());
            Map<String, Growth> ofPipeline = growths.computeIfAbsent(pipeline.name(), any -> new HashMap<>());
            List<Sample> samples = new ArrayList<>();
            for (Sample sample : counts.read(pipeline, status, now)) {
                Growth growth = ofPipeline.computeIfAbsent(
                        String.valueOf(sample.series()), any -> new Growth(known ? 0 : sample.value()));
                samples.add(new Sample(sample.series(), growth.of(sample.value(), now, now.minus(window))));
            }
            return samples;
        };
    }

    /** The steps by which a count has grown lately. */
    private static final class Growth {
        private final ArrayDeque<Step> steps = new ArrayDeque<>();
        private double last;

        private Growth(double last) {
            this.last = last;
        }

        private record Step(Instant at, double by) {}

        double of(double count, Instant now, Instant from) {
            if (Double.isNaN(count)) {
                return Double.NaN;
            }
            if (count != last) {
                steps.addLast(new Step(now, count > last ? count - last : count));
                last = count;
            }
            while (!steps.isEmpty() && steps.getFirst().at().isBefore(from)) {
                steps.removeFirst();
            }
            return steps.stream().mapToDouble(Step::by).sum();
        }
    }
}
