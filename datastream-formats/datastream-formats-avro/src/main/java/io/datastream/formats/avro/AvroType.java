package io.datastream.formats.avro;

import java.io.Serializable;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** What is read and written, as it is sent to other processes; the mapping is made where it is used first. */
final class AvroType<T> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final @Nullable Class<T> type;
    private final @Nullable String schema;
    private final @Nullable String name;
    private transient volatile @Nullable AvroMapping<T> mapping;

    private AvroType(@Nullable Class<T> type, @Nullable String schema, @Nullable String name) {
        this.type = type;
        this.schema = schema;
        this.name = name;
    }

    static <T> AvroType<T> of(Class<T> type) {
        AvroType<T> made = new AvroType<>(type, null, null);
        made.mapping(); // refuses types that do not fit
        return made;
    }

    static AvroType<GenericRecord> of(Schema schema) {
        if (schema.getType() != Schema.Type.RECORD) {
            throw new IllegalArgumentException("schema: " + schema.getType().getName() + " (expected: a record)");
        }
        return new AvroType<>(null, schema.toString(), null);
    }

    /** The same record class under another name in its schema. */
    AvroType<T> withName(String changed) {
        if (type == null) {
            throw new IllegalStateException("withName: of generic records (expected: the name in their schema)");
        }
        AvroType<T> made = new AvroType<>(type, null, changed);
        made.mapping(); // refuses names that Avro does not have
        return made;
    }

    static Schema parse(String schema) {
        return parse(new Schema.Parser(), schema);
    }

    /**
     * Parses a schema.
     *
     * @throws AvroRuntimeException if it is none, also where the parser itself trips, as over names that it does not know
     */
    static Schema parse(Schema.Parser parser, String schema) {
        try {
            return parser.parse(schema);
        } catch (NullPointerException | ClassCastException e) {
            throw new SchemaParseException(new IllegalArgumentException("a name or type that is not defined", e));
        } catch (UnsupportedOperationException e) {
            throw new SchemaParseException(new IllegalArgumentException("a fixed type of too many bytes", e));
        }
    }

    AvroMapping<T> mapping() {
        AvroMapping<T> made = mapping;
        if (made == null) {
            // two threads may both make one: they are equal, and the type stays free of locks
            made = make();
            mapping = made;
        }
        return made;
    }

    @SuppressWarnings("unchecked") // without a class, T is GenericRecord: see of(Schema)
    private AvroMapping<T> make() {
        if (type != null) {
            return new RecordMapping<>(type, name);
        }
        return (AvroMapping<T>) new GenericMapping(parse(String.valueOf(schema)));
    }
}
