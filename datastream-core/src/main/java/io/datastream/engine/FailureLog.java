package io.datastream.engine;

import io.datastream.error.OneLine;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Tells the log of records that a step gave up: the first one in full, and then, at most once in an interval and as long as
 * there are more, how many there were and the latest of them. One that fails after an interval without any is told in full
 * again. So the log grows with time, and not with the number of failures.
 */
final class FailureLog {
    static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

    private static final int LONGEST_SHOWN = 500;
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private final String pipeline;
    private final String step;
    private final LongSupplier nanoTime;
    private boolean begun;
    private long begin;
    private long untold;

    FailureLog(String pipeline, String step, LongSupplier nanoTime) {
        this.pipeline = pipeline;
        this.step = step;
        this.nanoTime = nanoTime;
    }

    /** A record failed and was given up. */
    synchronized void failed(String place, String description, Exception error) {
        long now = nanoTime.getAsLong();
        if (begun && now - begin < INTERVAL_NANOS) {
            untold++;
            return;
        }
        String where = OneLine.of(place, LONGEST_SHOWN);
        String why = OneLine.of(description, LONGEST_SHOWN);
        try (MDC.MDCCloseable ignored = LogFields.step(step)) {
            if (untold == 0) {
                LOG.warn(
                        "pipeline {}: step \"{}\" gave up a record at {}: {}; further ones are told once a minute",
                        pipeline,
                        step,
                        where,
                        why,
                        error);
            } else {
                LOG.warn(
                        "pipeline {}: step \"{}\" gave up {} more records, the latest at {}: {}",
                        pipeline,
                        step,
                        untold + 1,
                        where,
                        why);
            }
        }
        begun = true;
        begin = now;
        untold = 0;
    }
}
