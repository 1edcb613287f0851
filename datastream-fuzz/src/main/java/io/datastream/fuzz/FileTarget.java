package io.datastream.fuzz;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.codec.SeekableFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A file format. Records that are read must be ones that can be written and read again, with the same bytes each time, errors
 * must say where, and there must be an end.
 */
final class FileTarget<T> implements Target {
    private static final int RECORDS = 5;
    private static final int MOST_RECORDS = 1_000_000;

    private final String name;
    private final FileFormat<T> format;
    private final FileFormat<T> roomy;
    private final Oracle<T> oracle;
    private final List<byte[]> documents = new ArrayList<>();
    private final List<byte[]> tokens;
    private final long memoryBytes;
    private Predicate<? super T> writable = any -> true;
    private boolean emptyIsChecked;

    /**
     * A target.
     *
     * @param roomy the same format with room for records that get longer when they are written, as by doubled quotes
     * @param writers the same format with other options, each of which writes some of the documents
     */
    FileTarget(
            String name,
            FileFormat<T> format,
            FileFormat<T> roomy,
            List<? extends FileFormat<T>> writers,
            Oracle<T> oracle,
            List<T> values,
            List<byte[]> tokens,
            long memoryBytes) {
        this.name = name;
        this.format = format;
        this.roomy = roomy;
        this.oracle = oracle;
        this.tokens = tokens;
        this.memoryBytes = memoryBytes;
        for (int from = 0; from + RECORDS <= values.size(); from += RECORDS) {
            FileFormat<T> writer = writers.get(from / RECORDS % writers.size());
            try {
                documents.add(write(writer, values.subList(from, from + RECORDS)));
            } catch (IOException e) {
                throw new UncheckedIOException(e); // it goes to memory
            }
        }
    }

    /** Takes records for right that can be read and not be written, since a file says itself how its values are kept. */
    FileTarget<T> writingOnly(Predicate<? super T> changed) {
        writable = changed;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<byte[]> documents() {
        return documents;
    }

    @Override
    public List<byte[]> tokens() {
        return tokens;
    }

    @Override
    public long memoryBytes() {
        return memoryBytes;
    }

    @Override
    public boolean read(byte[] document) throws WrongException {
        List<T> values = new ArrayList<>();
        boolean whole = readInto(values, format, document);
        List<T> written = values.stream().filter(writable).toList();
        if (!written.isEmpty() || !emptyIsChecked) { // a file without records is the same each time
            checkWritable(written);
            emptyIsChecked |= written.isEmpty();
        }
        if (whole) {
            oracle.check(document, values);
        }
        return whole;
    }

    private void checkWritable(List<T> values) throws WrongException {
        try {
            byte[] first = write(roomy, values);
            List<T> again = new ArrayList<>();
            if (!readInto(again, roomy, first) || !Arrays.equals(first, write(roomy, again))) {
                throw new WrongException(
                        "other records when they are written and read again (expected: " + values + ")");
            }
        } catch (IOException | CodecException e) {
            throw new WrongException("what is read cannot be written: " + values, e);
        }
    }

    /** Reads as far as possible; gives whether there was no error. */
    private boolean readInto(List<T> values, FileFormat<T> format, byte[] document) throws WrongException {
        boolean whole = true;
        try (RecordReader<T> reader = open(format, document)) {
            for (int records = 0; records < MOST_RECORDS; records++) {
                try {
                    T value = reader.read();
                    if (value == null) {
                        return whole;
                    }
                    values.add(value);
                } catch (CodecException e) {
                    whole = false;
                    checkPlaced(e, reader.place());
                }
            }
        } catch (CodecException | IOException e) {
            Errors.check(e);
            return false;
        }
        throw new WrongException("more than " + MOST_RECORDS + " records (expected: an end)");
    }

    private static void checkPlaced(CodecException error, @Nullable String place) throws WrongException {
        Errors.check(error);
        if (place == null || !String.valueOf(error.getMessage()).contains(place)) {
            throw new WrongException("an error without its place " + place + ": " + error.getMessage(), error);
        }
    }

    private RecordReader<T> open(FileFormat<T> format, byte[] document) throws IOException {
        if (format instanceof SeekableFormat<T> seekable) {
            return seekable.reader(name, new MemoryChannel(document));
        }
        return format.reader(name, new ByteArrayInputStream(document));
    }

    private static <T> byte[] write(FileFormat<T> format, List<T> values) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RecordWriter<T> writer = format.writer(out, false)) {
            for (T value : values) {
                writer.write(value);
            }
        }
        return out.toByteArray();
    }
}
