package io.datastream.monitor;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The series of a tap, with bounds on their number and length. Written by tasks and read by requests. */
final class SeriesStore {
    private static final int LONGEST_KEY = 200;
    private static final long SILENT_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** When it is full, it looks for a silent key so often at most. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** By tap, since each task of a pipeline has a copy of it. Gone with the tap. */
    private static final Map<String, WeakReference<SeriesStore>> SHARED = new ConcurrentHashMap<>();

    private final int most;
    private final Ring.Shape shape;
    private final Map<String, Ring> rings = new ConcurrentHashMap<>();
    private final AtomicLong notKept = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable String lastFailure;
    private long lookedAt = System.nanoTime() - LOOK_NANOS;

    SeriesStore(int most, Ring.Shape shape) {
        this.most = most;
        this.shape = shape;
    }

    static SeriesStore shared(String tap, int most, Ring.Shape shape) {
        SeriesStore[] found = new SeriesStore[1];
        SHARED.compute(tap, (id, reference) -> {
            SeriesStore known = reference == null ? null : reference.get();
            found[0] = known == null ? new SeriesStore(most, shape) : known;
            return known == null || reference == null ? new WeakReference<>(found[0]) : reference;
        });
        SHARED.values().removeIf(reference -> reference.get() == null);
        return found[0];
    }

    void add(String key, Ring.Point point) {
        String name = shortened(key);
        Ring ring = rings.get(name);
        if (ring == null) {
            ring = newRing(name);
            if (ring == null) {
                notKept.incrementAndGet();
                return;
            }
        }
        ring.add(point);
    }

    /** Marks a value of a series, if the series is kept. */
    void mark(String key, Ring.Mark mark) {
        Ring ring = rings.get(shortened(key));
        if (ring != null) {
            ring.mark(mark);
        }
    }

    private static String shortened(String key) {
        return key.length() <= LONGEST_KEY ? key : key.substring(0, LONGEST_KEY) + "...";
    }

    private synchronized @Nullable Ring newRing(String name) {
        Ring known = rings.get(name);
        if (known != null) {
            return known;
        }
        if (rings.size() >= most && !makeRoom()) {
            return null;
        }
        Ring ring = new Ring(shape);
        rings.put(name, ring);
        return ring;
    }

    private boolean makeRoom() {
        long now = System.nanoTime();
        if (now - lookedAt < LOOK_NANOS) {
            return false;
        }
        lookedAt = now;
        return rings.values().removeIf(ring -> now - ring.lastAdded() > SILENT_NANOS);
    }

    void failed(Exception error) {
        failures.incrementAndGet();
        lastFailure = error.toString();
    }

    int size() {
        return rings.size();
    }

    long notKept() {
        return notKept.get();
    }

    long failures() {
        return failures.get();
    }

    @Nullable
    String lastFailure() {
        return lastFailure;
    }

    boolean hasWindows() {
        return shape.hasWindows();
    }

    @Nullable
    Ring ring(String key) {
        return rings.get(key);
    }

    /** Keys that contain a text, in their order, and how many there are in all. */
    Found find(String text, int limit) {
        String wanted = text.toLowerCase(Locale.ROOT);
        List<String> found = new ArrayList<>();
        for (String key : rings.keySet()) {
            if (key.toLowerCase(Locale.ROOT).contains(wanted)) {
                found.add(key);
            }
        }
        found.sort(null);
        return new Found(List.copyOf(found.subList(0, Math.min(limit, found.size()))), found.size());
    }

    /** The first keys of those that were found. */
    record Found(List<String> keys, int total) {}
}
