package io.datastream.formats.json;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Files with one JSON value a line, in UTF-8, as written by many tools under the names JSON lines, NDJSON and
 * {@code .jsonl}.
 *
 * <p>Values are those of a {@link JsonCodec}. Lines end with {@code \n}, which is written, or {@code \r\n}; the last one need
 * not. Empty lines and a byte order mark are passed over.
 *
 * <p><b>Errors.</b> A malformed line gives a {@link CodecException} such as
 * {@code line 17: field "ts": "abc" (expected: a whole number)}, and the line after it can be read. A line longer than
 * {@link #withMaxRecordBytes} is one, too.
 *
 * <p>Memory of a reader: at most twice the longest line allowed. Safe for use by several threads, and serializable.
 *
 * @param <T> the records
 */
public final class JsonLinesFormat<T> implements FileFormat<T> {
    /** How long a line may be unless {@link #withMaxRecordBytes} says otherwise: 1 MiB. */
    public static final int DEFAULT_MAX_RECORD_BYTES = 1 << 20;

    private static final long serialVersionUID = 1L;

    private final JsonCodec<T> codec;
    private final int maxRecordBytes;

    private JsonLinesFormat(JsonCodec<T> codec, int maxRecordBytes) {
        this.codec = codec;
        this.maxRecordBytes = maxRecordBytes;
    }

    /** A format for a type without type arguments. */
    public static <T> JsonLinesFormat<T> of(Class<T> type) {
        return of(JsonCodec.of(type));
    }

    /** A format with the values of this codec. */
    public static <T> JsonLinesFormat<T> of(JsonCodec<T> codec) {
        return new JsonLinesFormat<>(codec, DEFAULT_MAX_RECORD_BYTES);
    }

    /** The same format with another bound on the length of a line. */
    public JsonLinesFormat<T> withMaxRecordBytes(int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("maxRecordBytes: " + bytes + " (expected: > 0)");
        }
        return new JsonLinesFormat<>(codec, bytes);
    }

    @Override
    public RecordReader<T> reader(String name, InputStream in) throws IOException {
        return JsonLinesReader.open(codec, in, maxRecordBytes);
    }

    @Override
    public RecordWriter<T> writer(OutputStream out, boolean append) {
        return new RecordWriter<>() {
            @Override
            public void write(T value) throws IOException {
                byte[] json = codec.encode(value);
                byte[] line = new byte[json.length + 1];
                System.arraycopy(json, 0, line, 0, json.length);
                line[json.length] = '\n'; // never within: JSON escapes it in texts, and nothing is indented
                out.write(line);
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    public String toString() {
        return "JsonLinesFormat" + codec.toString().substring("JsonCodec".length());
    }
}
