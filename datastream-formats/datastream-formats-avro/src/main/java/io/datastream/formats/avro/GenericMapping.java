package io.datastream.formats.avro;

import java.io.EOFException;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.UnresolvedUnionException;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Records without a class of their own, by Avro's own reader and writer, with its rules of schema evolution. */
final class GenericMapping implements AvroMapping<GenericRecord> {
    private static final long MOST_PLACES = 100_000;

    private final Schema schema;

    GenericMapping(Schema schema) {
        this.schema = schema;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public Class<?> type() {
        return GenericRecord.class;
    }

    @Override
    public void write(@Nullable GenericRecord value, AvroOutput out) {
        if (value == null) {
            throw AvroProblem.value("value: null (expected: a " + schema.getName() + ")");
        }
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(schema).write(value, encoder);
            encoder.flush();
        } catch (IOException | AvroRuntimeException | ClassCastException | NullPointerException e) {
            throw AvroProblem.value(
                    "value: " + (e instanceof UnresolvedUnionException ? "no branch of a union fits: " : "")
                            + e.getMessage() + " (expected: one of the schema)",
                    e);
        }
    }

    @Override
    public AvroReading<GenericRecord> reading(Schema writer) {
        checkSize(writer);
        RecordMapping.ValueReader skipper = ValueReaders.skipping(writer);
        Reader reader = new Reader(writer, schema);
        try {
            reader.check();
        } catch (IOException | AvroRuntimeException e) {
            throw AvroProblem.value("schema: " + e.getMessage(), e);
        }
        return new AvroReading<>() {
            @Override
            public GenericRecord read(AvroInput in) {
                int start = in.position();
                skipper.read(in); // finds what is broken or has no end before anything is allocated
                int end = in.position();
                BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(in.array(), start, end - start, null);
                try {
                    return new Reader(writer, schema).read(null, decoder);
                } catch (EOFException e) {
                    throw AvroProblem.structural("ends too early (expected: more bytes)");
                } catch (IOException | RuntimeException e) {
                    throw AvroProblem.value("value: " + e.getMessage() + " (expected: one of the schema)", e);
                }
            }

            @Override
            public void skip(AvroInput in) {
                skipper.read(in);
            }
        };
    }

    /** Avro's reader goes through all places of a schema, of which a short text can describe more than there is time for. */
    private static void checkSize(Schema writer) {
        checkEnds(writer, new IdentityHashMap<>());
        if (places(writer, new IdentityHashMap<>()) > MOST_PLACES) {
            throw AvroProblem.value("schema: describes more than " + MOST_PLACES
                    + " values without a list or map (expected: at most that)");
        }
    }

    /** A record within itself, without a union, list or map between, has no end. */
    private static void checkEnds(Schema schema, Map<Schema, Boolean> ends) {
        if (schema.getType() != Schema.Type.RECORD) {
            return;
        }
        Boolean known = ends.putIfAbsent(schema, false);
        if (known == null) {
            schema.getFields().forEach(field -> checkEnds(field.schema(), ends));
            ends.put(schema, true);
        } else if (!known) {
            throw AvroProblem.value(
                    "schema: " + schema.getName() + " within itself (expected: a union, list or map between)");
        }
    }

    private static long places(Schema schema, Map<Schema, Long> known) {
        Long seen = known.get(schema);
        if (seen != null) {
            return seen;
        }
        known.put(schema, 1L); // within itself it is named, not described again
        List<Schema> parts = switch (schema.getType()) {
            case RECORD -> schema.getFields().stream().map(Schema.Field::schema).toList();
            case UNION -> schema.getTypes();
            case ARRAY -> List.of(schema.getElementType());
            case MAP -> List.of(schema.getValueType());
            default -> List.of();
        };
        long sum = 1;
        for (Schema part : parts) {
            sum = Math.min(MOST_PLACES + 1, sum + places(part, known));
        }
        known.put(schema, sum);
        return sum;
    }

    /** Avro's reader, which is also asked whether the schemas fit each other. */
    private static final class Reader extends GenericDatumReader<GenericRecord> {
        private final Schema writer;
        private final Schema expected;

        Reader(Schema writer, Schema expected) {
            super(writer, expected, GenericData.get());
            this.writer = writer;
            this.expected = expected;
        }

        void check() throws IOException {
            ResolvingDecoder resolver = getResolver(writer, expected);
            if (resolver == null) {
                throw new AvroRuntimeException("no way to read " + writer.getName());
            }
        }
    }
}
