package io.datastream.formats.parquet;

import io.datastream.formats.parquet.ColumnWriters.ColumnWriter;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Hands prepared records to Parquet's writer. */
final class RowSupport extends WriteSupport<Object> {
    private final MessageType schema;
    private final ColumnWriter columns;
    private @Nullable RecordConsumer out;

    RowSupport(MessageType schema, ColumnWriter columns) {
        this.schema = schema;
        this.columns = columns;
    }

    @Override
    @Deprecated // by Parquet, which still asks for it
    public WriteContext init(Configuration configuration) {
        return new WriteContext(schema, Map.of());
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
        return new WriteContext(schema, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
        out = consumer;
    }

    @Override
    public void write(Object prepared) {
        RecordConsumer consumer = out;
        if (consumer == null) {
            throw new IllegalStateException("write: before prepareForWrite (expected: after it)");
        }
        consumer.startMessage();
        columns.emit(consumer, prepared);
        consumer.endMessage();
    }
}
