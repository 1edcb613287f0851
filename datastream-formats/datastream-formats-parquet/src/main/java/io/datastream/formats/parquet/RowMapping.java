package io.datastream.formats.parquet;

import io.datastream.codec.record.RecordShape;
import io.datastream.formats.parquet.ColumnWriters.ColumnWriter;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** What is made once of a record class. */
final class RowMapping<T> {
    private final RecordShape<T> shape;
    private final MessageType schema;
    private final ColumnWriter columns;

    RowMapping(Class<T> type) {
        this.shape = RecordShape.of(type);
        this.schema = RowSchema.of(shape);
        this.columns = ColumnWriters.record(shape);
    }

    RecordShape<T> shape() {
        return shape;
    }

    MessageType schema() {
        return schema;
    }

    RowSupport writeSupport() {
        return new RowSupport(schema, columns);
    }

    Object prepare(@Nullable T value) {
        if (value == null) {
            throw new ParquetProblem("value: null (expected: a " + shape.type().getSimpleName() + ")");
        }
        return columns.prepare(value);
    }
}
