package io.datastream.formats.avro;

import io.datastream.codec.FileFormat.RecordWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the blocks of one file. */
final class AvroFileWriter<T> implements RecordWriter<T> {
    private final AvroMapping<T> mapping;
    private final OutputStream out;
    private final AvroCompression compression;
    private final byte[] sync;
    private final int blockBytes;
    private final AvroOutput block;
    private long count;
    private boolean closed;

    private AvroFileWriter(
            AvroMapping<T> mapping, OutputStream out, AvroCompression compression, byte[] sync, int blockBytes) {
        this.mapping = mapping;
        this.out = out;
        this.compression = compression;
        this.sync = sync;
        this.blockBytes = blockBytes;
        this.block = new AvroOutput(Math.min(blockBytes, AvroFormat.DEFAULT_BLOCK_BYTES) + 256);
    }

    static <T> AvroFileWriter<T> open(
            AvroMapping<T> mapping, OutputStream out, AvroCompression compression, int blockBytes, boolean append)
            throws IOException {
        byte[] sync = AvroFiles.sync(mapping.schema(), compression);
        if (!append) {
            AvroOutput header = new AvroOutput(1024);
            header.write(AvroFiles.magic(), 0, AvroFiles.magic().length);
            header.writeLong(2);
            entry(header, AvroFiles.SCHEMA, mapping.schema().toString());
            entry(header, AvroFiles.CODEC, compression.codec());
            header.writeLong(0);
            header.write(sync, 0, sync.length);
            out.write(header.array(), 0, header.size());
        }
        return new AvroFileWriter<>(mapping, out, compression, sync, blockBytes);
    }

    private static void entry(AvroOutput header, String key, String value) {
        header.writeBytes(key.getBytes(StandardCharsets.UTF_8));
        header.writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void write(T value) throws IOException {
        int before = block.size();
        try {
            mapping.write(value, block);
        } catch (AvroProblem e) {
            block.truncate(before);
            throw e.toCodecException(mapping.type());
        }
        count++;
        if (block.size() >= blockBytes) {
            endBlock();
        }
    }

    private void endBlock() throws IOException {
        if (count == 0) {
            return;
        }
        AvroOutput compressed = AvroBlocks.compress(compression, block);
        AvroOutput head = new AvroOutput(20);
        head.writeLong(count);
        head.writeLong(compressed.size());
        out.write(head.array(), 0, head.size());
        out.write(compressed.array(), 0, compressed.size());
        out.write(sync);
        block.truncate(0);
        count = 0;
    }

    @Override
    public void flush() throws IOException {
        endBlock();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            endBlock();
        }
    }
}
