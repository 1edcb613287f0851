package io.datastream.engine;

import org.slf4j.MDC;

/**
 * Fields of what is logged while a thread of a pipeline is at work, in slf4j's MDC: by runtimes, sources and sinks, and
 * functions of users. For runtimes, which set them: for each batch of records, never for each record.
 */
public final class LogFields {
    /** The name of the pipeline. */
    public static final String PIPELINE = "datastream.pipeline";

    /** The source partition whose records are worked on; not there behind an exchange. */
    public static final String PARTITION = "datastream.partition";

    /** The step whose trouble is told. */
    public static final String STEP = "datastream.step";

    private LogFields() {}

    /** Sets the pipeline of this thread, for good: it is one of a pipeline's own. */
    public static void pipeline(String name) {
        MDC.put(PIPELINE, name);
    }

    /** Sets the partition whose records this thread works on from now on. */
    public static void partition(String name) {
        MDC.put(PARTITION, name);
    }

    /** Ends what {@link #partition} began. */
    public static void noPartition() {
        MDC.remove(PARTITION);
    }

    /** Sets the step while something is logged. */
    public static MDC.MDCCloseable step(String name) {
        return MDC.putCloseable(STEP, name);
    }
}
