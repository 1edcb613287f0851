package io.datastream.formats.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.datastream.codec.CodecException;
import io.datastream.error.Masking;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What a codec builds once in each process: a strict mapper with a reader and a writer for its type. */
final class JsonMapping<T> {
    private final JavaType type;
    private final JsonProblems problems;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final @Nullable FlatRecords<T> flatRecords;

    /** The type itself, or that of its elements: the first that has masked fields, if any has. */
    private final Class<?> masked;

    JsonMapping(JavaType type, UnknownFields unknownFields, @Nullable ChronoUnit epochUnit) {
        this.type = type;
        this.problems = new JsonProblems(epochUnit);
        JsonMapper mapper = mapper(unknownFields, epochUnit);
        this.reader = mapper.readerFor(type);
        this.writer = mapper.writerFor(type);
        @SuppressWarnings("unchecked") // a type without arguments is its class
        Class<T> raw = (Class<T>) type.getRawClass();
        this.flatRecords = type.hasGenericTypes() ? null : FlatRecords.of(raw);
        this.masked = masked(type);
    }

    private static Class<?> masked(JavaType type) {
        Class<?> found = type.getRawClass();
        for (int i = 0; i < type.containedTypeCount() && !Masking.hasMasked(found); i++) {
            found = masked(type.containedType(i));
        }
        return found;
    }

    byte[] encode(@Nullable T value) {
        if (value == null) {
            throw new CodecException("value: null (expected: " + problems.expected(type.getRawClass()) + ")");
        }
        try {
            return writer.writeValueAsBytes(value);
        } catch (IOException e) {
            throw Masking.masked(problems.writing(e, type), masked);
        }
    }

    T decode(byte[] bytes) {
        T flat = flatRecords == null ? null : flatRecords.decode(bytes);
        return flat == null ? decodeByJackson(bytes) : flat;
    }

    /** The way that takes all values and knows all errors. */
    T decodeByJackson(byte[] bytes) {
        try (JsonParser parser = reader.createParser(bytes)) {
            T value = decode(parser);
            checkNames(bytes);
            return value;
        } catch (CodecException e) {
            throw Masking.masked(e, masked);
        } catch (IOException e) {
            throw Masking.masked(new CodecException("value: cannot be read: " + e.getMessage(), e), masked);
        }
    }

    /** Jackson finds names by words of four bytes, filled up with 0xff: with that byte in front it takes one for another. */
    private static void checkNames(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == (byte) 0xff) {
                throw new CodecException("byte " + i + ": 0xff (expected: UTF-8, which has no such byte)");
            }
        }
    }

    private T decode(JsonParser parser) {
        try {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                String found = first == null ? "nothing" : "null";
                throw new CodecException(
                        "value: " + found + " (expected: " + problems.expected(type.getRawClass()) + ")");
            }
            T value = reader.readValue(parser);
            if (parser.nextToken() != null) {
                throw new CodecException("byte " + parser.currentTokenLocation().getByteOffset() + ": "
                        + JsonProblems.found(parser) + " (expected: nothing after the value)");
            }
            if (value == null) {
                throw new CodecException("value: null (expected: " + problems.expected(type.getRawClass()) + ")");
            }
            return value;
        } catch (CodecException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw problems.reading(e, parser, type);
        }
    }

    private static JsonMapper mapper(UnknownFields unknownFields, @Nullable ChronoUnit epochUnit) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(JsonCodec.MAX_DEPTH)
                        .maxNumberLength(JsonCodec.MAX_NUMBER_LENGTH)
                        .maxNameLength(JsonCodec.MAX_NAME_LENGTH)
                        .maxStringLength(Integer.MAX_VALUE) // the bytes are in memory already
                        .build())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names come from outside
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
                // the shortest text that gives the same number, on every JDK
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .build();
        JsonMapper.Builder builder = JsonMapper.builder(factory)
                .addModule(new JavaTimeModule()) // for map keys; the values are replaced by the next
                .addModule(JavaTimes.module(epochUnit))
                .addModule(JavaFractions.module())
                .addModule(JavaUuids.module())
                .addModule(ExactTexts.module())
                .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, unknownFields == UnknownFields.REJECT)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .withCoercionConfigDefaults(config -> {
                    for (CoercionInputShape shape : CoercionInputShape.values()) {
                        config.setCoercion(shape, CoercionAction.Fail);
                    }
                })
                .withCoercionConfig(
                        LogicalType.Float,
                        config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert));
        return builder.build();
    }
}
