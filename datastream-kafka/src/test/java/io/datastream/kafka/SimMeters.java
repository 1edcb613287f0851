package io.datastream.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Meters that nobody reads. */
final class SimMeters {
    static final MeterRegistry NONE = new SimpleMeterRegistry();

    private SimMeters() {}
}
