package io.datastream.alerts;

import io.datastream.alert.AlertText;
import java.io.Serializable;

/**
 * A limit with hysteresis: a value beyond the limit is bad until one is back behind the clear limit, and worse beyond the
 * further limit.
 *
 * @param upper whether values above the limit are bad, else those below it
 * @param limit the limit
 * @param clear no further than the limit
 * @param worse the further limit; infinite for none
 */
record Limits(boolean upper, double limit, double clear, double worse) implements Serializable {
    Limits {
        boolean ordered = upper ? clear <= limit && limit <= worse : clear >= limit && limit >= worse;
        if (!ordered || !Double.isFinite(limit) || !Double.isFinite(clear)) {
            throw new IllegalArgumentException("limits: clear " + clear + ", limit " + limit + ", worse " + worse
                    + " (expected: finite, and in this order " + (upper ? "not falling)" : "not rising)"));
        }
    }

    static Limits above(double limit) {
        return new Limits(true, limit, limit, Double.POSITIVE_INFINITY);
    }

    static Limits below(double limit) {
        return new Limits(false, limit, limit, Double.NEGATIVE_INFINITY);
    }

    Limits withLimit(double newLimit) {
        double nearest = upper ? Math.min(clear, newLimit) : Math.max(clear, newLimit);
        boolean isBehind = upper ? worse < newLimit : worse > newLimit;
        double none = upper ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        return new Limits(upper, newLimit, clear == limit ? newLimit : nearest, isBehind ? none : worse);
    }

    Limits withClear(double newClear) {
        return new Limits(upper, limit, newClear, worse);
    }

    Limits withWorse(double newWorse) {
        return new Limits(upper, limit, clear, newWorse);
    }

    /** What a value says; NaN says nothing, as does one between the clear limit and the limit. */
    Level level(double value) {
        if (beyond(value, limit)) {
            return beyond(value, worse) ? Level.WORSE : Level.BAD;
        }
        boolean unclear = Double.isNaN(value) || (clear != limit && beyond(value, clear));
        return unclear ? Level.SILENT : Level.FINE;
    }

    private boolean beyond(double value, double bound) {
        return upper ? value > bound : value < bound;
    }

    /** Such as {@code above the limit of 90}. */
    String badWords(boolean isWorse) {
        boolean further = isWorse && Double.isFinite(worse);
        return side()
                + (further
                        ? " the further limit of " + AlertText.number(worse)
                        : " the limit of " + AlertText.number(limit));
    }

    /** Such as {@code not above 85}. */
    String fineWords() {
        return "not " + side() + " " + AlertText.number(clear);
    }

    String side() {
        return upper ? "above" : "below";
    }
}
