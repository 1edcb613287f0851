package io.datastream.monitor;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.ErrorPolicy;
import io.datastream.monitor.Feed.Reading;
import io.datastream.sink.Sinks;
import io.datastream.source.Source;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.util.Queue;

/** Pipelines that tests look at. */
final class Pipelines {
    private Pipelines() {}

    /** Means of a second for each sensor; values below zero are refused and skipped. */
    static Pipeline means(String name, Source<Reading> source, Queue<Windowed<String, Double>> results) {
        return Pipeline.from(source)
                .map(Pipelines::checked)
                .named("check")
                .onError(ErrorPolicy.skip())
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .named("means")
                .to(Sinks.collectInto(results))
                .named(name);
    }

    static Source<Reading> timed(Feed feed) {
        return feed.eventTimeNanos(reading -> reading.millis() * 1_000_000);
    }

    private static Reading checked(Reading reading) {
        if (reading.value() < 0) {
            throw new IllegalArgumentException("below zero: " + reading.sensor());
        }
        return reading;
    }
}
