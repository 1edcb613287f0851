package io.datastream.kafka;

/** What happened in simulations, added up. */
final class SimCounts {
    long runs;
    long turns;
    long crashes;
    long failures;
    long rebalances;
    long evictions;
    long positions;
    long aborted;
    long timedOut;
    long unknownEnds;
    long purges;
    long fences;

    /** Results that have their trace, where some of the workers were of a version without tracing, and those that lost it. */
    long tracesKept;

    long tracesBrokenOff;

    /** Commits that were refused though their member was still in the group. */
    long needlessFences;

    void add(SimCounts other) {
        runs += other.runs;
        turns += other.turns;
        crashes += other.crashes;
        failures += other.failures;
        rebalances += other.rebalances;
        evictions += other.evictions;
        positions += other.positions;
        aborted += other.aborted;
        timedOut += other.timedOut;
        unknownEnds += other.unknownEnds;
        purges += other.purges;
        fences += other.fences;
        tracesKept += other.tracesKept;
        tracesBrokenOff += other.tracesBrokenOff;
        needlessFences += other.needlessFences;
    }

    @Override
    public String toString() {
        return runs + " runs, " + turns + " turns, " + crashes + " crashes, " + failures + " failures, " + rebalances
                + " rebalances, " + evictions + " evictions, " + positions + " positions, " + aborted
                + " transactions aborted, " + timedOut + " timed out, " + unknownEnds + " unknown ends, "
                + purges + " purges, " + fences
                + " fences, " + needlessFences + " of them needless, " + tracesKept + " traces kept beside workers"
                + " without tracing, " + tracesBrokenOff + " broken off";
    }
}
