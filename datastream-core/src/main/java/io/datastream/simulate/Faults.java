package io.datastream.simulate;

import io.datastream.simulate.SeriesGenerator.Spans;
import java.io.Serializable;

/** The faults asked for; probabilities of a point, spans of a series, the bound of lateness in nanoseconds. */
record Faults(
        double missing,
        Spans gaps,
        double duplicates,
        double late,
        long lateBound,
        Spans stuck,
        double spikes,
        double spikeSize,
        Spans steps,
        double stepSize,
        Spans nan,
        double clockDrift,
        Spans drift,
        double driftSize)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    static final Faults NONE =
            new Faults(0, Spans.NONE, 0, 0, 0, Spans.NONE, 0, 0, Spans.NONE, 0, Spans.NONE, 0, Spans.NONE, 0);

    Faults withMissing(double value) {
        return new Faults(
                value,
                gaps,
                duplicates,
                late,
                lateBound,
                stuck,
                spikes,
                spikeSize,
                steps,
                stepSize,
                nan,
                clockDrift,
                drift,
                driftSize);
    }

    Faults withGaps(Spans value) {
        return new Faults(
                missing,
                value,
                duplicates,
                late,
                lateBound,
                stuck,
                spikes,
                spikeSize,
                steps,
                stepSize,
                nan,
                clockDrift,
                drift,
                driftSize);
    }

    Faults withDuplicates(double value) {
        return new Faults(
                missing,
                gaps,
                value,
                late,
                lateBound,
                stuck,
                spikes,
                spikeSize,
                steps,
                stepSize,
                nan,
                clockDrift,
                drift,
                driftSize);
    }

    Faults withLate(double value, long bound) {
        return new Faults(
                missing,
                gaps,
                duplicates,
                value,
                bound,
                stuck,
                spikes,
                spikeSize,
                steps,
                stepSize,
                nan,
                clockDrift,
                drift,
                driftSize);
    }

    Faults withStuck(Spans value) {
        return new Faults(
                missing,
                gaps,
                duplicates,
                late,
                lateBound,
                value,
                spikes,
                spikeSize,
                steps,
                stepSize,
                nan,
                clockDrift,
                drift,
                driftSize);
    }

    Faults withSpikes(double value, double size) {
        return new Faults(
                missing,
                gaps,
                duplicates,
                late,
                lateBound,
                stuck,
                value,
                size,
                steps,
                stepSize,
                nan,
                clockDrift,
                drift,
                driftSize);
    }

    Faults withSteps(Spans value, double size) {
        return new Faults(
                missing,
                gaps,
                duplicates,
                late,
                lateBound,
                stuck,
                spikes,
                spikeSize,
                value,
                size,
                nan,
                clockDrift,
                drift,
                driftSize);
    }

    Faults withNaN(Spans value) {
        return new Faults(
                missing,
                gaps,
                duplicates,
                late,
                lateBound,
                stuck,
                spikes,
                spikeSize,
                steps,
                stepSize,
                value,
                clockDrift,
                drift,
                driftSize);
    }

    Faults withClockDrift(double value) {
        return new Faults(
                missing,
                gaps,
                duplicates,
                late,
                lateBound,
                stuck,
                spikes,
                spikeSize,
                steps,
                stepSize,
                nan,
                value,
                drift,
                driftSize);
    }

    Faults withDrift(Spans value, double size) {
        return new Faults(
                missing,
                gaps,
                duplicates,
                late,
                lateBound,
                stuck,
                spikes,
                spikeSize,
                steps,
                stepSize,
                nan,
                clockDrift,
                value,
                size);
    }
}
