package io.datastream.simulate;

import io.datastream.simulate.SeriesGenerator.Spans;
import java.io.Serializable;
import java.util.function.Consumer;

/**
 * The faults asked for; probabilities of a point, spans of a series, the bound of lateness in nanoseconds. Not changed once it is
 * made: {@link #with} changes a copy.
 */
final class Faults implements Serializable {
    private static final long serialVersionUID = 1L;

    double missing;
    Spans gaps = Spans.NONE;
    double duplicates;
    double late;
    long lateBound;
    Spans stuck = Spans.NONE;
    double spikes;
    double spikeSize;
    Spans steps = Spans.NONE;
    double stepSize;
    Spans nan = Spans.NONE;
    double clockDrift;
    Spans drift = Spans.NONE;
    double driftSize;

    private Faults() {}

    static Faults none() {
        return new Faults();
    }

    Faults with(Consumer<Faults> change) {
        Faults copy = new Faults();
        copy.missing = missing;
        copy.gaps = gaps;
        copy.duplicates = duplicates;
        copy.late = late;
        copy.lateBound = lateBound;
        copy.stuck = stuck;
        copy.spikes = spikes;
        copy.spikeSize = spikeSize;
        copy.steps = steps;
        copy.stepSize = stepSize;
        copy.nan = nan;
        copy.clockDrift = clockDrift;
        copy.drift = drift;
        copy.driftSize = driftSize;
        change.accept(copy);
        return copy;
    }
}
