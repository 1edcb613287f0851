package io.datastream.examples.servicemetrics;

import io.datastream.aggregate.Aggregation;
import io.datastream.aggregate.Aggregations;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.time.Instant;

/** What a service did in a minute: a row of the table. */
record ServiceMinute(
        String service, Instant minute, long requests, double perSecond, double p95Millis, double errorShare) {
    static final Duration LENGTH = Duration.ofMinutes(1);

    /** What is computed of the requests of a window. */
    record Figures(long requests, double p95Millis, double errorShare) {}

    static Aggregation<Request, ?, Figures> figures() {
        return Aggregations.combine(
                Aggregations.<Request>count(),
                Aggregations.quantile(Request::millis, 0.95),
                Aggregations.<Request>mean(request -> request.isFailed() ? 1 : 0),
                Figures::new);
    }

    static ServiceMinute of(Windowed<String, Figures> window) {
        Figures figures = window.value();
        return new ServiceMinute(
                window.key(),
                window.window().start(),
                figures.requests(),
                figures.requests() / (double) LENGTH.toSeconds(),
                figures.p95Millis(),
                figures.errorShare());
    }
}
