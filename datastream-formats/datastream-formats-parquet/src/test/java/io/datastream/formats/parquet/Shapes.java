package io.datastream.formats.parquet;

import io.datastream.codec.record.Decimal;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The types of the tests. */
final class Shapes {
    private Shapes() {}

    enum Side {
        BUY,
        SELL
    }

    record Reading(String sensor, Instant time, double value) {}

    record Leg(Side side, @Nullable Long amount) {}

    /** All kinds of values. */
    @SuppressWarnings("ArrayRecordComponent")
    record Everything(
            boolean flag,
            byte tiny,
            short small,
            int whole,
            long large,
            float single,
            double fraction,
            String text,
            byte[] bytes,
            Side side,
            Instant time,
            LocalDateTime local,
            LocalDate date,
            LocalTime timeOfDay,
            Duration duration,
            UUID id,
            @Decimal(precision = 38, scale = 9) BigDecimal price,
            List<@Nullable String> texts,
            Map<String, Leg> legs,
            Leg leg,
            @Nullable Leg noLeg,
            Optional<Double> maybe) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Everything that
                    && Arrays.equals(bytes, that.bytes)
                    && Objects.equals(withoutBytes(), that.withoutBytes());
        }

        @Override
        public int hashCode() {
            return withoutBytes().hashCode();
        }

        private List<Object> withoutBytes() {
            return Arrays.asList(
                    flag, tiny, small, whole, large, single, fraction, text, side, time, local, date, timeOfDay,
                    duration, id, price, texts, legs, leg, noLeg, maybe);
        }
    }

    static final List<Everything> ALL = List.of(
            new Everything(
                    true,
                    Byte.MIN_VALUE,
                    Short.MAX_VALUE,
                    Integer.MIN_VALUE,
                    Long.MIN_VALUE,
                    Float.NaN,
                    -0.0,
                    "ü€😀\u0000\ufffd".repeat(30),
                    new byte[] {0, -1, 127},
                    Side.SELL,
                    Instant.ofEpochSecond(-9_223_372_037L, 145_224_192), // the very first
                    LocalDateTime.parse("2262-04-11T23:47:16.854775807"), // and the very last
                    LocalDate.parse("-0044-03-15"),
                    LocalTime.MAX,
                    Duration.ofNanos(-1),
                    new UUID(-1, 1),
                    new BigDecimal("12345678901234567890123456789.123456789"),
                    Arrays.asList("a", null, ""),
                    Map.of("leg", new Leg(Side.BUY, Long.MAX_VALUE)),
                    new Leg(Side.BUY, null),
                    new Leg(Side.SELL, 0L),
                    Optional.of(Double.MIN_VALUE)),
            new Everything(
                    false,
                    (byte) 0,
                    (short) 0,
                    0,
                    0,
                    Float.NEGATIVE_INFINITY,
                    Double.NaN,
                    "",
                    new byte[0],
                    Side.BUY,
                    Instant.parse("2024-01-31T12:00:00.000000001Z"),
                    LocalDateTime.parse("1969-12-31T23:59:59.999999999"),
                    LocalDate.EPOCH,
                    LocalTime.MIDNIGHT,
                    Duration.ZERO,
                    new UUID(0, 0),
                    new BigDecimal("0.000000000"),
                    Collections.emptyList(),
                    Collections.emptyMap(),
                    new Leg(Side.SELL, -1L),
                    null,
                    Optional.empty()));
}
