package io.datastream.simulate;

/** What {@link SeriesGenerator} did to a sample. */
public enum Fault {
    /** The sample never arrives; only on {@link GeneratedSeries#missing()}. */
    MISSING(1 << 0),
    /** A second copy, with the time and value of the first; the first is not labelled. */
    DUPLICATE(1 << 1),
    /** Arrives behind a sample of the same key that has a later event time. */
    LATE(1 << 2),
    /** Repeats the value from before the flat line instead of its own. */
    STUCK(1 << 3),
    /** Lies off its level by once to twice the size of a spike, up or down. */
    SPIKE(1 << 4),
    /** The first sample that shows a new level; those after it stay there and are not labelled. */
    STEP(1 << 5),
    /** Its value is {@code NaN}. */
    NAN(1 << 6),
    /** Its event time is not its true time, since the clock of its series runs fast or slow. */
    CLOCK_DRIFT(1 << 7),
    /** Is one of a span that moves away from its level further and further, until the sensor is set right. */
    DRIFT(1 << 8);

    /** A bit of its own, for sets that are a number. */
    final int bit;

    Fault(int bit) {
        this.bit = bit;
    }
}
