package io.datastream.fuzz;

import io.datastream.codec.record.Decimal;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The records that documents are made of. */
final class Samples {
    private Samples() {}

    /** The sides of a market. */
    enum Side {
        BUY,
        SELL,
        NONE
    }

    /** For formats that nest. */
    record Leg(Side side, @Nullable Long amount, @Nullable String note) {}

    /** What independent readers understand too. */
    record Order(
            String id,
            Instant time,
            double price,
            float weight,
            long amount,
            int whole,
            boolean open,
            Side side,
            @Nullable Double limit,
            @Nullable Leg first,
            List<Leg> legs,
            Map<String, Double> tags) {}

    /** Cells. */
    record Row(
            String id,
            Instant time,
            double price,
            long amount,
            int whole,
            boolean open,
            Side side,
            @Nullable Double limit,
            @Nullable LocalDate day,
            @Nullable BigDecimal number,
            @Nullable UUID key) {}

    /** All kinds of values. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
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
            @Nullable @Decimal(precision = 9, scale = 9) BigDecimal part,
            List<@Nullable String> texts,
            Map<String, Leg> legs,
            @Nullable Leg leg,
            Optional<Double> maybe) {}
}
