package io.datastream.kafka;

import java.util.ArrayList;
import java.util.List;

/** What happened last in a simulation, for the message of a failure. */
final class SimTrace {
    private static final int KEPT = 400;

    private final Event[] ring = new Event[KEPT];
    private int count;

    private record Event(long now, String who, String what, Object detail) {}

    /** Adds an event; the detail must not change later. */
    void add(long now, String who, String what, Object detail) {
        ring[count++ % KEPT] = new Event(now, who, what, detail);
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        for (int i = Math.max(0, count - KEPT); i < count; i++) {
            Event event = ring[i % KEPT];
            lines.add(String.format("%10.3f ms %-10s %s %s", event.now / 1e6, event.who, event.what, event.detail));
        }
        return String.join("\n", lines);
    }
}
