package io.datastream.formats.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times as Debezium writes them: numbers of a unit that the schema names, and texts. */
final class DebeziumTimes {
    private DebeziumTimes() {}

    /** The unit of numbers of this meaning; null if they are no points in time or times of day. */
    static @Nullable ChronoUnit unit(String meaning) {
        return switch (meaning) {
            case "io.debezium.time.Timestamp",
                    "io.debezium.time.Time",
                    "org.apache.kafka.connect.data.Timestamp",
                    "org.apache.kafka.connect.data.Time" -> ChronoUnit.MILLIS;
            case "io.debezium.time.MicroTimestamp", "io.debezium.time.MicroTime", "io.debezium.time.MicroDuration" ->
                ChronoUnit.MICROS;
            case "io.debezium.time.NanoTimestamp", "io.debezium.time.NanoTime", "io.debezium.time.NanoDuration" ->
                ChronoUnit.NANOS;
            default -> null;
        };
    }

    static boolean isDate(String meaning) {
        return meaning.equals("io.debezium.time.Date") || meaning.equals("org.apache.kafka.connect.data.Date");
    }

    static Instant instant(long number, ChronoUnit unit) {
        long inSecond = perSecond(unit);
        return Instant.ofEpochSecond(
                Math.floorDiv(number, inSecond), Math.floorMod(number, inSecond) * (1_000_000_000L / inSecond));
    }

    static LocalDateTime dateTime(long number, ChronoUnit unit) {
        return LocalDateTime.ofInstant(instant(number, unit), ZoneOffset.UTC);
    }

    /** The time of day; throws a {@link DateTimeException} if it is beyond a day. */
    static LocalTime time(long number, ChronoUnit unit) {
        long inSecond = perSecond(unit);
        if (number < 0 || number / inSecond >= 86_400) {
            throw new DateTimeException("beyond a day");
        }
        return LocalTime.ofNanoOfDay(number * (1_000_000_000L / inSecond));
    }

    static Duration duration(long number, ChronoUnit unit) {
        return Duration.of(number, unit);
    }

    private static long perSecond(ChronoUnit unit) {
        return switch (unit) {
            case MILLIS -> 1_000L;
            case MICROS -> 1_000_000L;
            case NANOS -> 1_000_000_000L;
            default -> throw new IllegalArgumentException("unit: " + unit + " (expected: MILLIS, MICROS or NANOS)");
        };
    }

    static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    /** Of a text with an offset, which must be that of UTC, or without one. */
    static LocalDateTime dateTime(String text) {
        if (!text.endsWith("Z")) {
            return LocalDateTime.parse(text);
        }
        return LocalDateTime.parse(text.substring(0, text.length() - 1));
    }

    static LocalTime time(String text) {
        if (!text.endsWith("Z")) {
            return LocalTime.parse(text);
        }
        return OffsetTime.parse(text).toLocalTime();
    }

    static LocalDate date(String text) {
        return LocalDate.parse(text.endsWith("Z") ? text.substring(0, text.length() - 1) : text);
    }

    /** An interval of years and months has no length, and is refused. */
    static Duration duration(String text) {
        for (String none : new String[] {"P0Y0M0D", "P0Y0M"}) {
            if (text.startsWith(none + "T")) {
                return Duration.parse("P" + text.substring(none.length()));
            }
        }
        if (text.startsWith("P0Y0M")) {
            return Duration.parse("P" + text.substring("P0Y0M".length()));
        }
        if (text.contains("Y") || text.indexOf('M') >= 0 && text.indexOf('M') < at(text, 'T')) {
            throw new DateTimeParseException("years or months", text, 0);
        }
        return Duration.parse(text);
    }

    private static int at(String text, char c) {
        int at = text.indexOf(c);
        return at < 0 ? text.length() : at;
    }
}
