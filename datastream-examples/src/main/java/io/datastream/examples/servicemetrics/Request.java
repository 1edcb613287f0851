package io.datastream.examples.servicemetrics;

import java.time.Instant;

/** A request that a service has answered, as the service pushes it. */
record Request(String service, Instant time, double millis, int status) {
    boolean isFailed() {
        return status >= 500;
    }
}
