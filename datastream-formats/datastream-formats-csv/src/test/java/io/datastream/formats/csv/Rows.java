package io.datastream.formats.csv;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.datastream.codec.CodecException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The types of the tests, and ways to read and write all of a file. */
final class Rows {
    private Rows() {}

    record Trade(long ts, double price, @Nullable String note) {}

    /** As {@link Trade}, but its annotation leads through Jackson. */
    @JsonPropertyOrder({"ts", "price", "note"})
    record AnnotatedTrade(long ts, double price, @Nullable String note) {}

    record Renamed(@JsonProperty("px") double price) {}

    enum Side {
        BUY,
        SELL
    }

    record Mixed(
            byte b,
            short s,
            int i,
            @Nullable Long boxed,
            float f,
            @Nullable Double d,
            boolean ok,
            char c,
            @Nullable Side side,
            @Nullable Instant at,
            @Nullable LocalDate day,
            @Nullable BigDecimal big,
            @Nullable BigInteger whole,
            @Nullable UUID id) {}

    record Single(double value) {}

    record Word(@Nullable String word) {}

    record Sized(int size) {
        Sized {
            if (size <= 0) {
                throw new IllegalArgumentException("size: " + size + " (expected: > 0)");
            }
        }
    }

    /** A class in the manner of Java beans. */
    public static final class Bean {
        private int count;
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

    /** All records of a file as texts, malformed ones as {@code ! message | raw}. */
    static <T> List<String> read(CsvFormat<T> format, String file) {
        return read(format, file.getBytes(StandardCharsets.UTF_8));
    }

    static <T> List<String> read(CsvFormat<T> format, byte[] file) {
        List<String> all = new ArrayList<>();
        try (var reader = format.reader("test.csv", new ByteArrayInputStream(file))) {
            while (true) {
                try {
                    T value = reader.read();
                    if (value == null) {
                        return all;
                    }
                    all.add(String.valueOf(value));
                } catch (CodecException e) {
                    byte[] raw = reader.raw();
                    all.add("! " + e.getMessage() + " | " + new String(raw, StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The values of a file without malformed records. */
    static <T> List<T> values(CsvFormat<T> format, byte[] file) throws IOException {
        List<T> all = new ArrayList<>();
        try (var reader = format.reader("test.csv", new ByteArrayInputStream(file))) {
            for (T value = reader.read(); value != null; value = reader.read()) {
                all.add(value);
            }
        }
        return all;
    }

    @SafeVarargs
    static <T> String write(CsvFormat<T> format, T... values) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var writer = format.writer(out, false)) {
            for (T value : values) {
                writer.write(value);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
