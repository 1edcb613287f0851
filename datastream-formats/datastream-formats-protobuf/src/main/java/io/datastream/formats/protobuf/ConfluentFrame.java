package io.datastream.formats.protobuf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import io.datastream.codec.CodecException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands before a message in the wire format of schema registries: a zero byte, the number of the schema, and where the
 * message type stands in its file, as a count and the index at each level; a single zero is short for the first type.
 */
final class ConfluentFrame {
    private static final byte MAGIC = 0;
    private static final int ID_BYTES = 1 + Integer.BYTES;

    private final String name;
    private final List<Integer> indexes;

    ConfluentFrame(Descriptor type) {
        this.name = type.getFullName();
        List<Integer> path = new ArrayList<>();
        for (Descriptor each = type; each != null; each = each.getContainingType()) {
            path.add(0, each.getIndex());
        }
        this.indexes = List.copyOf(path);
    }

    byte[] head(int schemaId) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(MAGIC);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            if (indexes.equals(List.of(0))) {
                out.writeSInt32NoTag(0);
            } else {
                out.writeSInt32NoTag(indexes.size());
                for (int index : indexes) {
                    out.writeSInt32NoTag(index);
                }
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no stream behind it
        }
        return bytes.toByteArray();
    }

    /** Where the message begins. */
    int messageStart(byte[] bytes) {
        if (bytes.length <= ID_BYTES || bytes[0] != MAGIC) {
            String found = bytes.length == 0 ? "nothing" : bytes.length + " bytes that begin with " + bytes[0];
            throw new CodecException(
                    "value: " + found + " (expected: a zero byte, the number of a schema, and a message)");
        }
        CodedInputStream in = CodedInputStream.newInstance(bytes, ID_BYTES, bytes.length - ID_BYTES);
        List<Integer> found = new ArrayList<>();
        try {
            int count = in.readSInt32();
            if (count < 0 || count > bytes.length) {
                throw new CodecException(
                        "value: message type at " + count + " levels (expected: " + indexes.size() + ")");
            }
            for (int i = 0; i < count; i++) {
                found.add(in.readSInt32());
            }
        } catch (IOException e) {
            throw new CodecException("value: ends before the message (expected: the place of its type)", e);
        }
        if (found.isEmpty()) {
            found.add(0);
        }
        if (!found.equals(indexes)) {
            List<Integer> shown = found.size() > 10 ? found.subList(0, 10) : found;
            throw new CodecException(
                    "value: message type " + shown + " of its file (expected: " + indexes + ", " + name + ")");
        }
        return ID_BYTES + in.getTotalBytesRead();
    }
}
