package io.datastream.formats.csv;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.datastream.codec.CodecException;
import io.datastream.error.Masking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Between cells and values of a type: what a format builds once in each process. Cells pass through Jackson's data
 * binding, so that a class has the same names and constructors in CSV as in JSON.
 */
final class CsvBinding<T> {
    private final Class<T> type;
    private final CsvOptions options;
    private final Map<String, JavaType> types;
    private final Set<Class<?>> scalars;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final @Nullable CsvRecords<T> records;

    CsvBinding(Class<T> type, CsvOptions options) {
        this.type = type;
        this.options = options;
        JsonMapper mapper = mapper(options);
        this.types = types(mapper, type);
        this.scalars = CsvScalar.all(options.epochUnit()).stream()
                .map(CsvScalar::type)
                .collect(Collectors.toUnmodifiableSet());
        this.reader = mapper.readerFor(type);
        this.writer = mapper.writerFor(type);
        this.records = CsvRecords.of(type, List.copyOf(types.keySet()), options);
    }

    private static JsonMapper mapper(CsvOptions options) {
        return JsonMapper.builder()
                .addModule(CsvScalar.module(options.emptyAsNaN(), options.epochUnit()))
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .withCoercionConfigDefaults(config -> {
                    for (CoercionInputShape shape : CoercionInputShape.values()) {
                        config.setCoercion(shape, CoercionAction.Fail);
                    }
                })
                .build();
    }

    private static Map<String, JavaType> types(JsonMapper mapper, Class<?> type) {
        JavaType whole = mapper.constructType(type);
        BeanDescription read = mapper.getDeserializationConfig().introspect(whole);
        BeanDescription written = mapper.getSerializationConfig().introspect(whole);
        Map<String, JavaType> types = new LinkedHashMap<>();
        for (BeanPropertyDefinition property : read.findProperties()) {
            if (property.couldDeserialize()) {
                types.put(property.getName(), property.getPrimaryType());
            }
        }
        if (types.isEmpty()) { // a type that is only written
            for (BeanPropertyDefinition property : written.findProperties()) {
                if (property.couldSerialize()) {
                    types.put(property.getName(), property.getPrimaryType());
                }
            }
        }
        if (types.isEmpty()) {
            throw new IllegalArgumentException(
                    "type: " + type.getSimpleName() + " (expected: a record or a class with properties)");
        }
        types.forEach((name, cell) -> {
            if (cell.isContainerType() || cell.isRecordType() || cell.hasRawClass(Object.class)) {
                throw new IllegalArgumentException("type: " + type.getSimpleName() + ": column \"" + name + "\" is a "
                        + cell.getRawClass().getSimpleName() + " (expected: a type that fits one cell)");
            }
        });
        return types;
    }

    CsvOptions options() {
        return options;
    }

    /** The columns of what is written, and of what is read without header, in the order of the file. */
    List<String> columnNames() {
        ArrayList<String> chosen = options.columns();
        return chosen == null ? List.copyOf(types.keySet()) : chosen;
    }

    CsvColumns columnsWithoutHeader() {
        return columns(columnNames());
    }

    /** The columns by the names of a header. */
    CsvColumns columns(List<String> names) {
        return CsvColumns.of(names, List.copyOf(types.keySet()), options.unknownColumns(), !Masking.hasMasked(type));
    }

    /**
     * The value of a record.
     *
     * @throws CodecException if it is none; if the record is on several lines and has a wrong number of cells, the
     *     splitter goes on after the first of them
     */
    T decode(CsvColumns columns, CsvSplitter cells) throws IOException {
        if (cells.cells() != columns.size()) {
            String problem = cells.cells() + (cells.cells() == 1 ? " column" : " columns") + " (expected: "
                    + columns.size() + ": " + columns.names() + ")";
            throw withContent(cells.isOnSeveralLines() ? cells.broken(problem) : new CodecException(problem));
        }
        try {
            return records == null ? decodeByJackson(columns, cells) : records.decode(columns, cells);
        } catch (CodecException e) {
            throw Masking.masked(e, type);
        }
    }

    /** The same error, which quotes nothing of the record. */
    CodecException withContent(CodecException error) {
        return Masking.withContent(error, type);
    }

    private T decodeByJackson(CsvColumns columns, CsvSplitter cells) throws IOException {
        try (TokenBuffer tokens = new TokenBuffer(null, false)) {
            tokens.writeStartObject();
            for (int i = 0; i < columns.size(); i++) {
                String property = columns.property(i);
                if (property != null) {
                    tokens.writeFieldName(property);
                    writeCell(tokens, cells, i, property);
                }
            }
            tokens.writeEndObject();
            T value = read(tokens, columns, cells);
            if (value == null) {
                throw new CodecException(type.getSimpleName() + ": null (expected: a value)");
            }
            return value;
        }
    }

    private void writeCell(TokenBuffer tokens, CsvSplitter cells, int cell, String property) throws IOException {
        if (cells.isNull(cell, options.nullText())) {
            tokens.writeNull();
            return;
        }
        String text = cells.text(cell);
        if (text == null) {
            throw new CodecException(
                    "column \"" + property + "\": bytes that are no UTF-8 (expected: a text in UTF-8)");
        }
        Class<?> raw = Objects.requireNonNull(types.get(property)).getRawClass();
        tokens.writeString(isTrimmedByJackson(raw) ? trimmed(text, raw, cells, cell, property) : text);
    }

    /** Names of enums, and types of the JDK that have no scalar. */
    private boolean isTrimmedByJackson(Class<?> raw) {
        return raw.isEnum() || raw.getName().startsWith("java.") && !scalars.contains(raw);
    }

    /** Jackson would leave out control characters too, and take what is left. */
    private static String trimmed(String text, Class<?> raw, CsvSplitter cells, int cell, String property) {
        String trimmed = CsvScalar.withoutBlanks(text);
        if (!trimmed.equals(trimmed.trim())) {
            throw new CodecException("column \"" + property + "\": " + CsvProblems.found(cells, cell) + " (expected: "
                    + CsvProblems.expected(raw) + ")");
        }
        return trimmed;
    }

    private @Nullable T read(TokenBuffer tokens, CsvColumns columns, CsvSplitter cells) throws IOException {
        try (JsonParser parser = tokens.asParser()) {
            return reader.readValue(parser);
        } catch (IOException | RuntimeException e) {
            throw CsvProblems.reading(e, columns, cells, types, type);
        }
    }

    /** Something that turns values into lines; for one thread. */
    CsvEncoder<T> encoder() {
        return new CsvEncoder<>(type, writer, columnNames(), options);
    }
}
