package io.datastream.formats.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.codec.record.RecordShape;
import io.datastream.error.Masking;
import io.datastream.formats.json.Change.Operation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the changes of a table that a connector of Debezium writes as JSON.
 *
 * <p><b>Documents</b> are envelopes with {@code op}, {@code before}, {@code after} and {@code source}, alone or as the {@code
 * payload} beside their {@code schema}. A document of another kind is an error that says what it is: heartbeats, changes of
 * schemas and the bounds of transactions have topics of their own.
 *
 * <p><b>Rows</b> are records. A component is read from the column of its name, or of its name in snake case: {@code createdAt}
 * from {@code createdAt} or {@code created_at}. A column that is missing or null gives null, and is an error where the component
 * is primitive. Columns that the record does not have are passed over.
 *
 * <p><b>Values</b> are never converted silently. Dates, times and decimal numbers come as whole numbers and bytes, whose meaning
 * is in the schema. Without it {@link #withTimes} and {@link #withDecimals} say what they mean; a document that needs them is
 * refused until they are given.
 *
 * <p><b>Errors</b> are {@link CodecException}s with the field, its value and what was expected, as in {@code field
 * "after.price": "abc" (expected: a number)}.
 *
 * <p>Safe for use by several threads, and serializable.
 *
 * @param <T> the rows
 */
public final class DebeziumDecoder<T> implements Decoder<Change<T>> {
    private static final long serialVersionUID = 1L;
    private static final Set<ChronoUnit> UNITS = Set.of(ChronoUnit.MILLIS, ChronoUnit.MICROS, ChronoUnit.NANOS);
    private static final JsonCodec<JsonNode> DOCUMENTS = JsonCodec.of(JsonNode.class);

    private final Class<T> type;
    private final @Nullable ChronoUnit times;
    private final @Nullable DebeziumDecimals decimals;
    private transient volatile @Nullable RecordShape<T> shape;

    private DebeziumDecoder(Class<T> type, @Nullable ChronoUnit times, @Nullable DebeziumDecimals decimals) {
        this.type = type;
        this.times = times;
        this.decimals = decimals;
        this.shape = RecordShape.of(type);
    }

    /**
     * A decoder for the changes of a table.
     *
     * @param type a record class with the columns that are wanted
     * @throws IllegalArgumentException if it is no record, or has a component that no column fits
     */
    public static <T> DebeziumDecoder<T> of(Class<T> type) {
        return new DebeziumDecoder<>(type, null, null);
    }

    /**
     * The same decoder for documents without schema in which times are numbers of this unit: milliseconds, microseconds or
     * nanoseconds. Default: such documents are refused if the record has a component for a time.
     */
    public DebeziumDecoder<T> withTimes(ChronoUnit unit) {
        if (!UNITS.contains(unit)) {
            throw new IllegalArgumentException("unit: " + unit + " (expected: MILLIS, MICROS or NANOS)");
        }
        return new DebeziumDecoder<>(type, unit, decimals);
    }

    /**
     * The same decoder for documents without schema in which decimal numbers are written like this. {@link
     * DebeziumDecimals#PRECISE} needs the scale of each: {@code @Decimal(precision = 12, scale = 2) BigDecimal amount}. Default:
     * such documents are refused if the record has a component for a decimal number.
     */
    public DebeziumDecoder<T> withDecimals(DebeziumDecimals decimals) {
        return new DebeziumDecoder<>(type, times, decimals);
    }

    @Override
    public Change<T> decode(byte[] bytes) {
        try {
            return change(bytes);
        } catch (CodecException e) {
            throw Masking.masked(e, type);
        }
    }

    private Change<T> change(byte[] bytes) {
        JsonNode document = DOCUMENTS.decode(bytes);
        if (!document.isObject()) {
            throw new CodecException("value: " + DebeziumValues.found(document) + " (expected: an object)");
        }
        boolean isTold = document.has("schema") && document.has("payload");
        JsonNode envelope = isTold ? document.get("payload") : document;
        JsonNode schema = isTold ? document.get("schema") : null;
        if (!envelope.isObject()) {
            throw new CodecException("field \"payload\": " + DebeziumValues.found(envelope) + " (expected: an object)");
        }
        return change(envelope, schema);
    }

    private Change<T> change(JsonNode envelope, @Nullable JsonNode schema) {
        Operation operation = operation(envelope);
        DebeziumValues values = new DebeziumValues(times, decimals);
        T before = row("before", envelope, schema, values);
        values.unavailable.clear(); // what is not told of the row as it was is null, as all else that is not told of it
        T after = row("after", envelope, schema, values);
        switch (operation) {
            case CREATE, UPDATE, READ -> require("after", after, envelope);
            case DELETE -> require("before", before, envelope);
            case TRUNCATE -> {}
        }
        JsonNode source = envelope.path("source");
        if (!source.isObject()) {
            throw new CodecException("field \"source\": " + DebeziumValues.found(source) + " (expected: an object)");
        }
        return new Change<>(
                operation, before, after, time(source), origin(source, envelope), new ArrayList<>(values.unavailable));
    }

    private static Operation operation(JsonNode envelope) {
        JsonNode op = envelope.path("op");
        if (op.isMissingNode()) {
            throw new CodecException("value: " + kind(envelope) + " (expected: a change of Debezium with \"op\")");
        }
        return switch (op.asText()) {
            case "c" -> Operation.CREATE;
            case "u" -> Operation.UPDATE;
            case "d" -> Operation.DELETE;
            case "r" -> Operation.READ;
            case "t" -> Operation.TRUNCATE;
            default ->
                throw new CodecException("field \"op\": " + DebeziumValues.found(op)
                        + " (expected: \"c\", \"u\", \"d\", \"r\" or \"t\")");
        };
    }

    /** What a document is that is no change. */
    private static String kind(JsonNode document) {
        if (document.has("ddl") || document.has("tableChanges")) {
            return "a change of a schema, which belongs on a topic of its own";
        }
        if (document.has("status") && document.has("id")) {
            return "a bound of a transaction, which belongs on a topic of its own";
        }
        if (document.has("ts_ms") && document.size() <= 3) {
            return "a heartbeat, which belongs on a topic of its own";
        }
        return "an object without \"op\", such as a row that was taken out of its envelope";
    }

    private @Nullable T row(String name, JsonNode envelope, @Nullable JsonNode schema, DebeziumValues values) {
        JsonNode row = envelope.path(name);
        if (row.isMissingNode() || row.isNull()) {
            return null;
        }
        return values.row(shape(), row, DebeziumSchema.field(schema, name), new DebeziumPath(null, name));
    }

    private static void require(String name, @Nullable Object row, JsonNode envelope) {
        if (row == null) {
            throw new CodecException("field \"" + name + "\": " + DebeziumValues.found(envelope.path(name))
                    + " (expected: a row, as \"op\" is " + DebeziumValues.found(envelope.path("op")) + ")");
        }
    }

    /** The finest time that is told. */
    private static Instant time(JsonNode source) {
        for (String name : List.of("ts_ns", "ts_us", "ts_ms")) {
            JsonNode time = source.path(name);
            if (time.canConvertToLong() && time.isIntegralNumber()) {
                ChronoUnit unit = name.equals("ts_ns")
                        ? ChronoUnit.NANOS
                        : name.equals("ts_us") ? ChronoUnit.MICROS : ChronoUnit.MILLIS;
                return DebeziumTimes.instant(time.longValue(), unit);
            }
        }
        throw new CodecException("field \"source.ts_ms\": " + DebeziumValues.found(source.path("ts_ms"))
                + " (expected: a whole number of milliseconds since 1970)");
    }

    private static ChangeOrigin origin(JsonNode source, JsonNode envelope) {
        JsonNode snapshot = source.path("snapshot");
        boolean isSnapshot = snapshot.isBoolean()
                ? snapshot.booleanValue()
                : !snapshot.asText("false").equals("false");
        return new ChangeOrigin(
                required(source, "connector"),
                required(source, "db"),
                optional(source, "schema"),
                required(source, "table"),
                isSnapshot && !snapshot.isNull(),
                position(source),
                transaction(source, envelope));
    }

    private static @Nullable String position(JsonNode source) {
        for (String name : List.of("lsn", "change_lsn", "scn")) {
            String position = optional(source, name);
            if (position != null) {
                return position;
            }
        }
        String file = optional(source, "file");
        return file == null
                ? null
                : file + ":" + source.path("pos").asText() + ":"
                        + source.path("row").asText("0");
    }

    private static @Nullable String transaction(JsonNode source, JsonNode envelope) {
        for (String name : List.of("txId", "gtid")) {
            String transaction = optional(source, name);
            if (transaction != null) {
                return transaction;
            }
        }
        return optional(
                envelope.path("transaction"), "id"); // PostgreSQL's has the position in it, so it is of one change
    }

    private static String required(JsonNode source, String name) {
        String text = optional(source, name);
        if (text == null) {
            throw new CodecException("field \"source." + name + "\": " + DebeziumValues.found(source.path(name))
                    + " (expected: a name)");
        }
        return text;
    }

    private static @Nullable String optional(JsonNode source, String name) {
        JsonNode node = source.path(name);
        return node.isValueNode() && !node.isNull() ? node.asText() : null;
    }

    private RecordShape<T> shape() {
        RecordShape<T> known = shape;
        if (known == null) {
            known = RecordShape.of(type); // after it was shipped; two threads may both make one: they are equal
            shape = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return "DebeziumDecoder[" + type.getName() + "]";
    }
}
