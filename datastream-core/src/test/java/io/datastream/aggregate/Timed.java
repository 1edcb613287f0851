package io.datastream.aggregate;

/** A record and its event time. */
record Timed(long time, Row row) {
    static Timed at(long time, double x) {
        return new Timed(time, Row.of(x));
    }
}
