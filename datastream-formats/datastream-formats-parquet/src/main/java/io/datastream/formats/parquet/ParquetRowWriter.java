package io.datastream.formats.parquet;

import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.error.Masking;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.jspecify.annotations.Nullable;

/** Writes the records of one file. */
final class ParquetRowWriter<T> implements RecordWriter<T> {
    private final RowMapping<T> mapping;
    private final OutputStream out;
    private final ParquetWriter<Object> writer;
    private boolean closed;

    private ParquetRowWriter(RowMapping<T> mapping, OutputStream out, ParquetWriter<Object> writer) {
        this.mapping = mapping;
        this.out = out;
        this.writer = writer;
    }

    static <T> ParquetRowWriter<T> open(RowMapping<T> mapping, ParquetOptions options, OutputStream out)
            throws IOException {
        ParquetWriter<Object> writer = new Builder(new StreamOutput(out), mapping)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new PageCodecs(options.maxPageBytes()))
                .withCompressionCodec(options.compression().codec())
                .withRowGroupSize(options.rowGroupBytes())
                .build();
        return new ParquetRowWriter<>(mapping, out, writer);
    }

    @Override
    public void write(@Nullable T value) throws IOException {
        Object prepared;
        try {
            prepared = mapping.prepare(value);
        } catch (ParquetProblem e) {
            throw Masking.masked(e.toCodecException(), mapping.shape().type());
        }
        writer.write(prepared);
    }

    /** How many bytes there are, with those that wait in memory. */
    long bytes() {
        return writer.getDataSize();
    }

    /** Does nothing: rows wait for their row group. */
    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            writer.close();
        }
    }

    /** Parquet's way to give a writer its options. */
    private static final class Builder extends ParquetWriter.Builder<Object, Builder> {
        private final RowMapping<?> mapping;

        Builder(OutputFile file, RowMapping<?> mapping) {
            super(file);
            this.mapping = mapping;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @Deprecated // by Parquet, which still asks for it
        protected WriteSupport<Object> getWriteSupport(Configuration configuration) {
            return mapping.writeSupport();
        }

        @Override
        protected WriteSupport<Object> getWriteSupport(ParquetConfiguration configuration) {
            return mapping.writeSupport();
        }
    }
}
