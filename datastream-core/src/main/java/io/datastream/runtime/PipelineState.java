package io.datastream.runtime;

import java.util.EnumSet;
import java.util.Set;

/** What a started pipeline is doing. */
public enum PipelineState {
    /** Opens sources and sinks, and loads state. */
    STARTING,
    /** Reads, computes, writes. */
    RUNNING,
    /** Reads nothing, until resumed. */
    PAUSED,
    /** Failed, and about to go on from its last commit. */
    RESTARTING,
    /** Finishes what has been read. */
    DRAINING,
    /** Stops at once. */
    STOPPING,
    /** All bounded input has been processed and committed. Final. */
    COMPLETED,
    /** Was stopped or drained. Final. */
    STOPPED,
    /** Failed for good. Final. */
    FAILED;

    /** Whether this state is the last. */
    public boolean isFinal() {
        return this == COMPLETED || this == STOPPED || this == FAILED;
    }

    /** Whether this state may follow. */
    public boolean mayBecome(PipelineState next) {
        return followers().contains(next);
    }

    private Set<PipelineState> followers() {
        return switch (this) {
            case STARTING -> EnumSet.of(RUNNING, PAUSED, RESTARTING, DRAINING, STOPPING, FAILED);
            case RUNNING -> EnumSet.of(PAUSED, RESTARTING, DRAINING, STOPPING, COMPLETED, FAILED);
            case PAUSED -> EnumSet.of(RUNNING, RESTARTING, DRAINING, STOPPING, COMPLETED, FAILED);
            case RESTARTING -> EnumSet.of(RUNNING, PAUSED, DRAINING, STOPPING, FAILED);
            case DRAINING -> EnumSet.of(STOPPING, STOPPED, COMPLETED, RESTARTING, FAILED);
            case STOPPING -> EnumSet.of(STOPPED, FAILED);
            case COMPLETED, STOPPED, FAILED -> EnumSet.noneOf(PipelineState.class);
        };
    }
}
