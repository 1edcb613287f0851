package io.datastream.engine;

import io.datastream.error.OneLine;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Tells the log of records that a step gave up: the first one in full, and then, at most once a minute and as long as
 * there are more, how many there were and the latest of them. One that fails after a minute without any is told in full
 * again.
 */
final class FailureLog {
    private static final int LONGEST_SHOWN = 500;
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private final String pipeline;
    private final String step;
    private final Gate gate;
    private long untold;

    FailureLog(String pipeline, String step, LongSupplier nanoTime) {
        this.pipeline = pipeline;
        this.step = step;
        this.gate = new Gate(nanoTime);
    }

    /** A record failed and was given up. */
    synchronized void failed(String place, String description, Exception error) {
        if (!gate.opens()) {
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
        untold = 0;
    }
}
