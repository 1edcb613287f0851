package io.datastream.examples.sensors;

import java.time.Instant;

/** A value of a sensor, whose name and place are parts of the topic. */
record Reading(String site, String sensor, Instant time, double value) {
    /** What the sensor itself sends. */
    record Payload(Instant time, double value) {}

    /** Which sensor it is; sensors of different sites may have the same name. */
    record Place(String site, String sensor) {}

    Place place() {
        return new Place(site, sensor);
    }
}
