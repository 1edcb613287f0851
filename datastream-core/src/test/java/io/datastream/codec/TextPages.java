package io.datastream.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small format for tests to which nothing can be appended: lines, and at the end their number. */
public final class TextPages implements SeekableFormat<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public RecordReader<String> reader(String name, SeekableByteChannel content) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) content.size());
        int count;
        do {
            count = content.read(bytes);
        } while (count > 0);
        List<String> lines =
                new String(bytes.array(), StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty() || !lines.get(lines.size() - 1).equals("= " + (lines.size() - 1))) {
            throw new CodecException("end: missing (expected: the number of lines)");
        }
        Iterator<String> records = lines.subList(0, lines.size() - 1).iterator();
        return new RecordReader<>() {
            private int number;

            @Override
            public @Nullable String read() {
                if (!records.hasNext()) {
                    return null;
                }
                number++;
                return records.next();
            }

            @Override
            public String place() {
                return "line " + number;
            }

            @Override
            public void close() throws IOException {
                content.close();
            }
        };
    }

    @Override
    public RecordWriter<String> writer(OutputStream out, boolean append) {
        if (append) {
            throw new IllegalArgumentException("append: true (expected: false, as there is an end)");
        }
        List<String> lines = new ArrayList<>();
        return new RecordWriter<>() {
            private boolean closed;

            @Override
            public void write(String value) {
                lines.add(value);
            }

            @Override
            public void flush() {}

            @Override
            public void close() throws IOException {
                if (closed) {
                    return;
                }
                closed = true;
                try (out) {
                    lines.add("= " + lines.size());
                    out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
                }
            }
        };
    }

    @Override
    public FileFormat<String> journal() {
        return new TextLines();
    }
}
