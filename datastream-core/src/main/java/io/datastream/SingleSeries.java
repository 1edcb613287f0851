package io.datastream;

/** The key of a stream that is one series. */
public enum SingleSeries {
    /** The only one. */
    INSTANCE;

    @Override
    public String toString() {
        return "all";
    }
}
