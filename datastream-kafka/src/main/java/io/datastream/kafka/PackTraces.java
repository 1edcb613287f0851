package io.datastream.kafka;

import io.datastream.topic.RecordHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The traces of the rows of a pack, in a header of its Kafka record: who does not know them reads the rows all the same.
 *
 * <pre>
 * version
 * then for each row that has a trace: its number, number of headers, then for each: name, length, value
 * </pre>
 *
 * <p>No headers means those of the last row before that has some.
 */
final class PackTraces {
    static final String HEADER = "datastream.traces";
    static final int VERSION = 1;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private @Nullable List<RecordHeader> last;

    /** The trace of a row; none if there are no headers. */
    void add(int row, List<RecordHeader> headers) {
        if (headers.isEmpty()) {
            return;
        }
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            if (bytes.size() == 0) {
                out.writeByte(VERSION);
            }
            out.writeInt(row);
            // rows that come of one record follow each other, with the very same headers
            out.writeByte(headers == last ? 0 : headers.size());
            if (headers != last) {
                for (RecordHeader header : headers) {
                    byte[] value = header.value() == null ? new byte[0] : header.value();
                    out.writeUTF(header.name());
                    out.writeInt(value.length);
                    out.write(value);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        last = headers;
    }

    int size() {
        return bytes.size();
    }

    /** What was added since the last call; null for nothing. */
    byte @Nullable [] take() {
        if (bytes.size() == 0) {
            return null;
        }
        byte[] taken = bytes.toByteArray();
        bytes.reset();
        last = null;
        return taken;
    }

    /**
     * The headers of each row that has a trace.
     *
     * @throws IOException if they are of a version that is not known, or damaged
     */
    static Map<Integer, List<RecordHeader>> decode(byte[] taken) throws IOException {
        Map<Integer, List<RecordHeader>> all = new HashMap<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(taken));
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("version " + version + " (expected: " + VERSION + ")");
        }
        List<RecordHeader> headers = List.of();
        while (in.available() > 0) {
            int row = in.readInt();
            int count = in.readUnsignedByte();
            if (count > 0) {
                headers = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    String name = in.readUTF();
                    int length = in.readInt();
                    if (length < 0 || length > in.available()) {
                        throw new IOException("length " + length + " (expected: at most " + in.available() + ")");
                    }
                    headers.add(new RecordHeader(name, in.readNBytes(length)));
                }
            }
            all.put(row, headers);
        }
        return all;
    }
}
