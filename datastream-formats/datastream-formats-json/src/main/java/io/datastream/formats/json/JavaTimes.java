package io.datastream.formats.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code java.time} as its ISO-8601 texts, and instants as numbers on request. */
final class JavaTimes {
    private static final List<Kind<?>> KINDS = List.of(
            new Kind<>(Instant.class, Instant::parse, "a time such as \"2024-01-31T12:00:00Z\""),
            new Kind<>(LocalDate.class, LocalDate::parse, "a date such as \"2024-01-31\""),
            new Kind<>(LocalTime.class, LocalTime::parse, "a time of day such as \"12:00:00\""),
            new Kind<>(LocalDateTime.class, LocalDateTime::parse, "a local time such as \"2024-01-31T12:00:00\""),
            new Kind<>(OffsetTime.class, OffsetTime::parse, "a time of day such as \"12:00:00+01:00\""),
            new Kind<>(OffsetDateTime.class, OffsetDateTime::parse, "a time such as \"2024-01-31T12:00:00+01:00\""),
            new Kind<>(ZonedDateTime.class, ZonedDateTime::parse, "a time such as \"2024-01-31T12:00:00+01:00\""),
            new Kind<>(Duration.class, Duration::parse, "a duration such as \"PT1M30S\""),
            new Kind<>(Period.class, Period::parse, "a period such as \"P1M\""),
            new Kind<>(Year.class, Year::parse, "a year such as \"2024\""),
            new Kind<>(YearMonth.class, YearMonth::parse, "a month such as \"2024-01\""),
            new Kind<>(MonthDay.class, MonthDay::parse, "a day of the year such as \"--01-31\""),
            new Kind<>(ZoneId.class, ZoneId::of, "a time zone such as \"Europe/Berlin\""),
            new Kind<>(ZoneOffset.class, ZoneOffset::of, "an offset such as \"+01:00\""));

    private JavaTimes() {}

    /** What is expected where a value of this type stands; null for types of other packages. */
    static @Nullable String expected(Class<?> type, @Nullable ChronoUnit epochUnit) {
        if (type == Instant.class && epochUnit != null) {
            return "a whole number of " + words(epochUnit) + " since 1970";
        }
        for (Kind<?> kind : KINDS) {
            if (kind.type.isAssignableFrom(type)) {
                return kind.expected;
            }
        }
        return null;
    }

    static SimpleModule module(@Nullable ChronoUnit epochUnit) {
        SimpleModule module = new SimpleModule("datastream-java-time");
        KINDS.forEach(kind -> add(module, kind));
        if (epochUnit != null) {
            module.addDeserializer(Instant.class, new EpochReader(epochUnit));
            module.addSerializer(Instant.class, new EpochWriter(epochUnit));
        }
        return module;
    }

    private static <V> void add(SimpleModule module, Kind<V> kind) {
        module.addDeserializer(kind.type, new TextReader<>(kind));
        module.addSerializer(kind.type, new TextWriter<>(kind.type));
    }

    private static String words(ChronoUnit unit) {
        return switch (unit) {
            case SECONDS -> "seconds";
            case MILLIS -> "milliseconds";
            case MICROS -> "microseconds";
            default -> "nanoseconds";
        };
    }

    private record Kind<V>(Class<V> type, Function<String, V> parse, String expected) {}

    private static final class TextReader<V> extends StdScalarDeserializer<V> {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // mappers are built anew in each process
        private final transient Kind<V> kind;

        TextReader(Kind<V> kind) {
            super(kind.type);
            this.kind = kind;
        }

        @Override
        public @Nullable V deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return kind.type.cast(context.handleUnexpectedToken(kind.type, parser));
            }
            String text = parser.getText();
            try {
                return kind.parse.apply(text);
            } catch (DateTimeException e) {
                throw context.weirdStringException(text, kind.type, String.valueOf(e.getMessage()));
            }
        }
    }

    private static final class TextWriter<V> extends StdScalarSerializer<V> {
        private static final long serialVersionUID = 1L;

        TextWriter(Class<V> type) {
            super(type);
        }

        @Override
        public void serialize(V value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(value.toString());
        }
    }

    private static final class EpochReader extends StdScalarDeserializer<Instant> {
        private static final long serialVersionUID = 1L;
        private final ChronoUnit unit;

        EpochReader(ChronoUnit unit) {
            super(Instant.class);
            this.unit = unit;
        }

        @Override
        public @Nullable Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
                return (Instant) context.handleUnexpectedToken(Instant.class, parser);
            }
            try {
                return Instant.EPOCH.plus(parser.getLongValue(), unit);
            } catch (DateTimeException | ArithmeticException e) {
                throw context.weirdNumberException(
                        parser.getLongValue(), Instant.class, String.valueOf(e.getMessage()));
            }
        }
    }

    private static final class EpochWriter extends StdScalarSerializer<Instant> {
        private static final long serialVersionUID = 1L;
        private final ChronoUnit unit;

        EpochWriter(ChronoUnit unit) {
            super(Instant.class);
            this.unit = unit;
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider provider) throws IOException {
            // floor, also before 1970; until() would round towards zero
            long perSecond = ChronoUnit.SECONDS.getDuration().dividedBy(unit.getDuration());
            try {
                out.writeNumber(Math.addExact(
                        Math.multiplyExact(value.getEpochSecond(), perSecond),
                        value.getNano() / (1_000_000_000L / perSecond)));
            } catch (ArithmeticException e) {
                throw new JsonMappingException(
                        out, value + " (expected: a time that fits a number of " + words(unit) + ")", e);
            }
        }
    }
}
