package io.datastream.kafka;

/** A process dies at this point: what it holds is gone, what the broker holds stays. */
final class SimCrash extends Error {
    private static final long serialVersionUID = 1L;

    final transient SimProcess process;

    SimCrash(SimProcess process) {
        super("crash of " + process.instance, null, false, false);
        this.process = process;
    }
}
