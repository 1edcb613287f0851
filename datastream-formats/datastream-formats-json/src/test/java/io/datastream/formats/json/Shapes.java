package io.datastream.formats.json;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types of the tests. */
final class Shapes {
    private Shapes() {}

    record Reading(@Nullable String sensor, long ts, double value) {}

    enum Unit {
        CELSIUS,
        KELVIN
    }

    record Part(long c, @Nullable Integer optional) {}

    record Group(List<Part> b) {}

    record Nested(Group a, Instant at, Unit unit, boolean ok, int small, Map<String, Double> extra) {}

    static final List<Nested> NESTED = List.of(
            new Nested(
                    new Group(List.of(new Part(1, null), new Part(Long.MIN_VALUE, 2))),
                    Instant.parse("2024-01-31T12:00:00.000000001Z"),
                    Unit.KELVIN,
                    true,
                    -1,
                    Map.of("\"\n\u0000ü€", Double.NaN)),
            new Nested(new Group(List.of()), Instant.MAX, Unit.CELSIUS, false, Integer.MAX_VALUE, Map.of()));

    record Sized(int size) {
        Sized {
            if (size <= 0) {
                throw new IllegalArgumentException("size: " + size + " (expected: > 0)");
            }
        }
    }

    record Boxed(Sized inner) {}

    /** A class in the manner of Java beans. */
    public static final class Bean {
        private int count = 7;
        private @Nullable String name;

        public int getCount() {
            return count;
        }

        public void setCount(int count) {
            this.count = count;
        }

        public @Nullable String getName() {
            return name;
        }

        public void setName(@Nullable String name) {
            this.name = name;
        }
    }
}
