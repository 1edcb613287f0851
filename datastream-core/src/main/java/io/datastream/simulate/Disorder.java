package io.datastream.simulate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** Puts items out of order, but never by more than a bound of event time. */
public final class Disorder {
    private Disorder() {}

    /**
     * The items in an order in which each is delayed by a random time from 0 to the bound.
     *
     * <p>When an item arrives, the highest event time that has arrived is at most {@code bound} after its own, so that a
     * watermark with that bound finds nothing late. Ties keep the given order; the same seed gives the same order.
     *
     * @param timeNanos the event time of an item, in nanoseconds
     */
    public static <T> List<T> within(
            Duration bound, List<? extends T> items, ToLongFunction<? super T> timeNanos, long seed) {
        if (bound.isNegative()) {
            throw new IllegalArgumentException("bound: " + bound + " (expected: >= 0)");
        }
        long delays = Math.addExact(bound.toNanos(), 1);
        SplitMix random = SplitMix.of(seed);
        record Arrival<T>(long at, T item) {}
        List<Arrival<T>> arrivals = new ArrayList<>(items.size());
        for (T item : items) {
            arrivals.add(new Arrival<>(Math.addExact(timeNanos.applyAsLong(item), random.nextLong(delays)), item));
        }
        arrivals.sort(Comparator.comparingLong(Arrival::at));
        return arrivals.stream().<T>map(Arrival::item).toList();
    }
}
