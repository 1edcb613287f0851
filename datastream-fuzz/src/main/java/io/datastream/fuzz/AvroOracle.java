package io.datastream.fuzz;

import io.datastream.codec.Codec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/** Compares records with what Avro's own reader makes of the same bytes. */
final class AvroOracle<T> {
    private final Codec<T> codec;
    private final Schema schema;
    private final GenericDatumReader<GenericRecord> reader;

    AvroOracle(Codec<T> codec, Schema schema) {
        this.codec = codec;
        this.schema = schema;
        this.reader = new GenericDatumReader<>(schema);
    }

    void checkRecord(byte[] document, List<T> read) throws WrongException {
        compare(record(document), read.get(0));
    }

    /** A record behind a zero byte and the number of its schema. */
    void checkFramed(byte[] document, List<T> read) throws WrongException {
        ByteBuffer in = ByteBuffer.wrap(document);
        if (in.get() != 0 || in.getInt() != SmallRegistry.ID) {
            throw new WrongException(read + " is read of what has no schema (expected: 0, " + SmallRegistry.ID + ")");
        }
        checkRecord(Arrays.copyOfRange(document, in.position(), document.length), read);
    }

    /** Files whose schema was changed are left out: then names and units may differ, and so may the values. */
    void checkFile(byte[] document, List<T> read) throws WrongException {
        if (document.length == 0) {
            return; // a file to which nothing was written; Avro does not know it
        }
        List<GenericRecord> expected = new ArrayList<>();
        try (DataFileStream<GenericRecord> file =
                new DataFileStream<>(new ByteArrayInputStream(document), new GenericDatumReader<>())) {
            if (!file.getSchema().equals(schema)) {
                return;
            }
            while (file.hasNext()) {
                expected.add(file.next());
            }
        } catch (IOException | RuntimeException e) {
            throw new WrongException(read + " is read of what Avro refuses: " + e.getMessage(), e);
        }
        if (expected.size() != read.size()) {
            throw new WrongException(read.size() + " records are read (expected: " + expected.size() + ")");
        }
        for (int i = 0; i < read.size(); i++) {
            compare(expected.get(i), read.get(i));
        }
    }

    private GenericRecord record(byte[] bytes) throws WrongException {
        try {
            return reader.read(null, DecoderFactory.get().binaryDecoder(bytes, null));
        } catch (IOException | AvroRuntimeException e) {
            throw new WrongException("something is read of what Avro refuses: " + e.getMessage(), e);
        }
    }

    private void compare(GenericRecord expected, T read) throws WrongException {
        GenericRecord found = record(codec.encode(read));
        if (!found.equals(expected)) {
            throw new WrongException(read + " is read (expected: " + expected + ")");
        }
    }
}
