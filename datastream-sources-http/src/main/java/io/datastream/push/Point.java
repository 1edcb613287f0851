package io.datastream.push;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A point of a time series, as InfluxDB's line protocol has it.
 *
 * @param measurement its name, not empty
 * @param tags what tells series apart, sorted by name; may be empty
 * @param fields its values by name, at least one: a {@link Double} that is finite, {@link Long}, {@link Boolean} or {@link
 *     String}
 * @param time to the nanosecond
 */
public record Point(String measurement, Map<String, String> tags, Map<String, Object> fields, Instant time) {
    /** Copies the maps, and refuses what line protocol cannot hold. */
    public Point {
        name("measurement", measurement);
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
        fields = Collections.unmodifiableMap(new TreeMap<>(fields));
        tags.forEach((name, value) -> {
            name("tag", name);
            name("tag " + name, value);
        });
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("fields: none (expected: at least one)");
        }
        fields.forEach((name, value) -> {
            name("field", name);
            boolean fine = value instanceof Long
                    || value instanceof Boolean
                    || value instanceof String
                    || (value instanceof Double number && Double.isFinite(number));
            if (!fine) {
                throw new IllegalArgumentException(
                        "field " + name + ": " + value + " (expected: a finite Double, a Long, a Boolean or a String)");
            }
        });
    }

    private static void name(String what, String name) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException(what + ": \"" + name + "\" (expected: text without control characters)");
        }
    }

    /** A field that is a number, be it whole or not; {@code NaN} where there is none of this name. */
    public double number(String field) {
        return fields.get(field) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
