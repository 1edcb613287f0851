package io.datastream.formats.avro;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Avro's object container files, for record classes and for {@link GenericRecord}.
 *
 * <p>A file has its schema with it, so files of earlier and later versions of a record class are read as {@link AvroCodec}
 * says. What is written has the schema of the class, and is compressed by blocks; a flush ends a block. A file that is
 * being written must be finished with the schema and compression it was begun with.
 *
 * <p><b>Errors.</b> A record with a wrong value gives a {@link CodecException} such as
 * {@code block 3, record 17: field "side": "BOTH" (expected: one of BUY, SELL)}, and the one after it can be read; if its
 * bytes are broken, reading goes on with the next block, and the message says how many records of the block are lost. A
 * block that does not end where it should, and anything wrong at the beginning, is an {@link IOException}.
 *
 * <p>Memory of a reader: one block, compressed and not, of {@link #withMaxBlockBytes}. The same records give the same file.
 * Safe for use by several threads, and serializable.
 *
 * @param <T> the records
 */
public final class AvroFormat<T> implements FileFormat<T> {
    /** How blocks are compressed unless {@link #withCompression} says otherwise. */
    public static final AvroCompression DEFAULT_COMPRESSION = AvroCompression.DEFLATE;

    /** From how many bytes on a block is written unless {@link #withBlockBytes} says otherwise: 64 KiB. */
    public static final int DEFAULT_BLOCK_BYTES = 1 << 16;

    /** How large a block of a file may be unless {@link #withMaxBlockBytes} says otherwise: 64 MiB. */
    public static final int DEFAULT_MAX_BLOCK_BYTES = 64 << 20;

    private static final long serialVersionUID = 1L;

    private final AvroType<T> type;
    private final AvroCompression compression;
    private final int blockBytes;
    private final int maxBlockBytes;

    private AvroFormat(AvroType<T> type, AvroCompression compression, int blockBytes, int maxBlockBytes) {
        this.type = type;
        this.compression = compression;
        this.blockBytes = blockBytes;
        this.maxBlockBytes = maxBlockBytes;
    }

    /**
     * A format for a record class; see {@link AvroCodec} for its schema.
     *
     * @throws IllegalArgumentException if a component has a type that Avro has nothing for
     */
    public static <T> AvroFormat<T> of(Class<T> type) {
        return new AvroFormat<>(AvroType.of(type), DEFAULT_COMPRESSION, DEFAULT_BLOCK_BYTES, DEFAULT_MAX_BLOCK_BYTES);
    }

    /** A format for generic records, which are written with this schema and read into it. */
    public static AvroFormat<GenericRecord> of(Schema schema) {
        return new AvroFormat<>(AvroType.of(schema), DEFAULT_COMPRESSION, DEFAULT_BLOCK_BYTES, DEFAULT_MAX_BLOCK_BYTES);
    }

    /** The same format with another full name of the record class in its schema: see {@link AvroCodec#withName}. */
    public AvroFormat<T> withName(String fullName) {
        return new AvroFormat<>(type.withName(fullName), compression, blockBytes, maxBlockBytes);
    }

    /** The same format with another compression of what is written; all are read. */
    public AvroFormat<T> withCompression(AvroCompression compression) {
        return new AvroFormat<>(type, compression, blockBytes, maxBlockBytes);
    }

    /** The same format with other blocks: one is written when it has this many bytes before compression. */
    public AvroFormat<T> withBlockBytes(int bytes) {
        return new AvroFormat<>(type, compression, positive("blockBytes", bytes), maxBlockBytes);
    }

    /** The same format with another bound on the blocks that are read, before and after they are uncompressed. */
    public AvroFormat<T> withMaxBlockBytes(int bytes) {
        return new AvroFormat<>(type, compression, blockBytes, positive("maxBlockBytes", bytes));
    }

    private static int positive(String name, int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException(name + ": " + bytes + " (expected: > 0)");
        }
        return bytes;
    }

    @Override
    public RecordReader<T> reader(String name, InputStream in) throws IOException {
        return AvroFileReader.open(type.mapping(), in, maxBlockBytes);
    }

    @Override
    public RecordWriter<T> writer(OutputStream out, boolean append) throws IOException {
        return AvroFileWriter.open(type.mapping(), out, compression, blockBytes, append);
    }

    @Override
    public String toString() {
        return "AvroFormat[" + type.mapping().schema().getFullName() + "]";
    }
}
