package io.datastream.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows for one keyed task, in the order in which it reads them. */
final class ExchangeLog {
    private final List<Frame> frames = new ArrayList<>();
    private final Map<Integer, Long> watermarks = new HashMap<>();
    private int committed;

    void add(Frame frame) {
        frames.add(frame);
        watermarks.merge(frame.origin(), frame.watermark(), Math::max);
    }

    Frame get(int at) {
        return frames.get(at);
    }

    int size() {
        return frames.size();
    }

    /** The watermark of an origin after all frames. */
    long watermark(int origin) {
        return watermarks.getOrDefault(origin, Long.MIN_VALUE);
    }

    /** All frames stay. */
    void commit() {
        committed = frames.size();
    }

    /** Frames after the last commit are as if they had never been. */
    void rollBack() {
        frames.subList(committed, frames.size()).clear();
        watermarks.clear();
        frames.forEach(frame -> watermarks.merge(frame.origin(), frame.watermark(), Math::max));
    }
}
