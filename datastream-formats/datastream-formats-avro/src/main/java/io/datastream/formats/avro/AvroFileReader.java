package io.datastream.formats.avro;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.error.OneLine;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads the records of one file, block by block. */
final class AvroFileReader<T> implements RecordReader<T> {
    private static final int MOST_ENTRIES = 1_000;
    private static final int LONGEST_KEY = 1_000;
    private static final int LONGEST_ENTRY = 16 << 20;

    private final Class<?> type;
    private final InputStream in;
    private final int maxBlockBytes;
    private AvroMapping.@Nullable AvroReading<T> reading; // null in an empty file
    private AvroCompression compression = AvroCompression.NONE;
    private byte[] sync = {};

    private AvroInput block = new AvroInput(new byte[0], 0, 0);
    private long blockNumber;
    private long blockRecords;
    private long record;
    private int start;
    private int following;

    private AvroFileReader(Class<?> type, InputStream in, int maxBlockBytes) {
        this.type = type;
        this.in = in;
        this.maxBlockBytes = maxBlockBytes;
    }

    static <T> AvroFileReader<T> open(AvroMapping<T> mapping, InputStream in, int maxBlockBytes) throws IOException {
        AvroFileReader<T> reader = new AvroFileReader<>(mapping.type(), in, maxBlockBytes);
        int first = in.read();
        if (first >= 0) {
            try {
                reader.readHeader(mapping, first);
            } catch (EOFException e) {
                throw new IOException("header: ends too early (expected: an Avro file)", e);
            } catch (AvroProblem e) {
                throw new IOException("header: " + e.toCodecException().getMessage(), e);
            }
        }
        return reader;
    }

    private void readHeader(AvroMapping<T> mapping, int first) throws IOException {
        byte[] magic = AvroFiles.magic();
        byte[] found = readFully(magic.length - 1, "header");
        if (first != magic[0] || !Arrays.equals(found, 0, found.length, magic, 1, magic.length)) {
            throw new IOException("header: wrong magic bytes (expected: an Avro file)");
        }
        String schema = null;
        String codec = AvroCompression.NONE.codec();
        long entries = 0;
        for (long count = readCount(); count != 0; count = readCount()) {
            entries += count;
            if (entries > MOST_ENTRIES) {
                throw new IOException("header: " + entries + " entries (expected: at most " + MOST_ENTRIES + ")");
            }
            for (long i = 0; i < count; i++) {
                String key = text(LONGEST_KEY);
                String value = text(LONGEST_ENTRY);
                if (key.equals(AvroFiles.SCHEMA)) {
                    schema = value;
                } else if (key.equals(AvroFiles.CODEC)) {
                    codec = value;
                }
            }
        }
        if (schema == null) {
            throw new IOException("header: no " + AvroFiles.SCHEMA + " (expected: the schema of the records)");
        }
        AvroCompression known = AvroCompression.of(codec);
        if (known == null) {
            throw new IOException(
                    "header: compression " + cut(codec) + " (expected: null, deflate, snappy, zstandard or bzip2)");
        }
        compression = known;
        sync = readFully(AvroFiles.SYNC_BYTES, "header");
        Schema writer;
        try {
            writer = AvroType.parse(schema);
        } catch (AvroRuntimeException e) {
            throw new IOException("header: schema: " + cut(String.valueOf(e.getMessage())), e);
        }
        reading = mapping.reading(writer);
    }

    private static String cut(String text) {
        return OneLine.of(text, 200);
    }

    /** A count of map entries, of which a negative one is followed by its bytes. */
    private long readCount() throws IOException {
        long count = readLong(in.read());
        if (count < 0) {
            readLong(in.read());
            count = -count;
        }
        if (count < 0 || count > MOST_ENTRIES) {
            throw new IOException("header: " + count + " entries (expected: at most " + MOST_ENTRIES + ")");
        }
        return count;
    }

    private String text(int longest) throws IOException {
        long length = readLong(in.read());
        if (length < 0 || length > longest) {
            throw new IOException("header: a text of " + length + " bytes (expected: at most " + longest + ")");
        }
        return new String(readFully((int) length, "header"), StandardCharsets.UTF_8);
    }

    private long readLong(int first) throws IOException {
        long value = 0;
        int next = first;
        for (int shift = 0; shift < 70; shift += 7) {
            if (next < 0) {
                throw new EOFException();
            }
            value |= (next & 0x7fL) << shift;
            if (next < 0x80) {
                return value >>> 1 ^ -(value & 1);
            }
            next = shift < 63 ? in.read() : next;
        }
        throw new IOException(place() + ": a number of more than 64 bits (expected: at most 10 bytes)");
    }

    /** So many bytes; memory is taken as they come. */
    private byte[] readFully(int count, String what) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException(what + ": ends after " + bytes.length + " bytes (expected: " + count + ")");
        }
        return bytes;
    }

    @Override
    public @Nullable T read() throws IOException {
        AvroMapping.AvroReading<T> reader = reading;
        if (reader == null || record >= blockRecords && !nextBlock()) {
            return null;
        }
        record++;
        start = following;
        block.begin(start);
        try {
            T value = reader.read(block);
            following = block.position();
            checkEnd();
            return value;
        } catch (AvroProblem e) {
            throw problem(reader, e);
        }
    }

    private void checkEnd() {
        if (record == blockRecords && block.remaining() > 0) {
            throw AvroProblem.structural(block.remaining() + " bytes after the last record (expected: none)");
        }
    }

    /** Finds where the record ends that could not be read, so that the next one can be. */
    private CodecException problem(AvroMapping.AvroReading<T> reader, AvroProblem problem) {
        CodecException told = problem.toCodecException(type);
        String message = place() + ": " + told.getMessage();
        boolean broken = problem.isStructural();
        if (!broken) {
            block.begin(start);
            try {
                reader.skip(block);
                following = block.position();
                checkEnd();
            } catch (AvroProblem e) {
                broken = true;
            }
        }
        if (broken) {
            following = block.end();
            if (record < blockRecords) {
                message += "; the records after it in its block are lost";
            }
            blockRecords = record;
        }
        return new CodecException(message, told);
    }

    private boolean nextBlock() throws IOException {
        do {
            int first = in.read();
            if (first < 0) {
                return false;
            }
            blockNumber++;
            record = 0;
            try {
                readBlock(first);
            } catch (EOFException e) {
                throw new IOException("block " + blockNumber + ": ends too early (expected: a whole block)", e);
            }
        } while (blockRecords == 0);
        return true;
    }

    private void readBlock(int first) throws IOException {
        String place = "block " + blockNumber;
        blockRecords = 0;
        following = 0;
        long records = readLong(first);
        long size = readLong(in.read());
        if (size < 0 || size > maxBlockBytes) {
            throw new IOException(
                    place + ": " + size + " bytes (expected: at most " + maxBlockBytes + "; see withMaxBlockBytes)");
        }
        byte[] compressed = readFully((int) size, place);
        byte[] found = readFully(AvroFiles.SYNC_BYTES, place);
        if (!Arrays.equals(found, sync)) {
            throw new IOException(
                    place + ": does not end where it says (expected: the mark of the file after " + size + " bytes)");
        }
        byte[] bytes;
        try {
            bytes = AvroBlocks.uncompress(compression, compressed, maxBlockBytes);
        } catch (IOException | RuntimeException e) {
            throw new IOException(place + ": cannot be uncompressed: " + cut(String.valueOf(e.getMessage())), e);
        }
        if (records < 0 || records > bytes.length + (long) MOST_ENTRIES) {
            throw new IOException(place + ": " + records + " records in " + bytes.length
                    + " bytes (expected: at most as many as bytes)");
        }
        if (records == 0 && bytes.length > 0) {
            throw new IOException(place + ": no records in " + bytes.length + " bytes (expected: no bytes)");
        }
        blockRecords = records;
        block = new AvroInput(bytes, 0, bytes.length);
    }

    @Override
    public String place() {
        return "block " + blockNumber + ", record " + record;
    }

    @Override
    public byte @Nullable [] raw() {
        return following > start ? Arrays.copyOfRange(block.array(), start, following) : null;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
