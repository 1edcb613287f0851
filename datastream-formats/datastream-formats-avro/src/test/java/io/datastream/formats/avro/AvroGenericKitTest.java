package io.datastream.formats.avro;

import io.datastream.codec.Codec;
import io.datastream.testkit.compat.CodecKit;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

class AvroGenericKitTest extends CodecKit<GenericRecord> {
    private static final Schema SCHEMA = SchemaBuilder.record("Row")
            .fields()
            .requiredString("name")
            .optionalLong("count")
            .name("values")
            .type()
            .array()
            .items()
            .doubleType()
            .noDefault()
            .endRecord();

    @Override
    protected Codec<GenericRecord> codec() {
        return AvroCodec.of(SCHEMA);
    }

    @Override
    protected List<GenericRecord> values() {
        return List.of(row("", null, List.of()), row("ü".repeat(500), Long.MIN_VALUE, List.of(1.0, Double.NaN)));
    }

    private static GenericRecord row(String name, Long count, List<Double> values) {
        GenericRecord row = new GenericData.Record(SCHEMA);
        row.put("name", name);
        row.put("count", count);
        row.put("values", values);
        return row;
    }

    @Override
    protected boolean isSame(GenericRecord written, GenericRecord read) {
        return written.toString().equals(read.toString()); // texts are another class when they were read
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of(new byte[0], new byte[] {0, 8, 0}, new byte[] {0, 0, 0, 0});
    }
}
