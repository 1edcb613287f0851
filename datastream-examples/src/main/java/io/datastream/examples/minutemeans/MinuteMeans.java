package io.datastream.examples.minutemeans;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The first pipeline: readings of two sensors become a mean for each sensor and minute. */
public final class MinuteMeans {
    private MinuteMeans() {}

    record Reading(String sensor, Instant time, double value) {}

    /** Runs the example. */
    public static void main(String[] args) throws InterruptedException {
        List<Reading> readings = List.of(
                new Reading("kitchen", Instant.parse("2026-01-01T12:00:10Z"), 20.5),
                new Reading("cellar", Instant.parse("2026-01-01T12:00:20Z"), 8.0),
                new Reading("kitchen", Instant.parse("2026-01-01T12:00:40Z"), 21.5),
                new Reading("kitchen", Instant.parse("2026-01-01T12:01:10Z"), 22.0));

        Pipeline pipeline = Pipeline.from(ListSource.of(readings).eventTime(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .mapValues(mean -> mean.key() + " " + mean.window().start() + " " + mean.value())
                .to(Sinks.console())
                .named("minute-means");

        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination(); // the list ends, so the last windows close
        }
    }
}
