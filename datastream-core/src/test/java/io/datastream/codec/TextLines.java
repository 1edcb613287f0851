package io.datastream.codec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A small format for tests: a header, and a line a record, of which those that begin with an exclamation mark are bad. */
public final class TextLines implements FileFormat<String> {
    private static final long serialVersionUID = 1L;

    /** The first line of each file. */
    public static final String HEADER = "# lines";

    @Override
    public RecordReader<String> reader(String name, InputStream in) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        String header = lines.readLine();
        if (header != null && !header.equals(HEADER)) {
            throw new CodecException("line 1: " + header + " (expected: " + HEADER + ")");
        }
        return new RecordReader<>() {
            private int number = 1;
            private @Nullable String line;

            @Override
            public @Nullable String read() throws IOException {
                line = lines.readLine();
                number++;
                if (line != null && line.startsWith("!")) {
                    throw new CodecException("line " + number + ": bad");
                }
                return line;
            }

            @Override
            public String place() {
                return "line " + number;
            }

            @Override
            public byte @Nullable [] raw() {
                return line == null ? null : line.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public void close() throws IOException {
                lines.close();
            }
        };
    }

    @Override
    public RecordWriter<String> writer(OutputStream out, boolean append) throws IOException {
        if (!append) {
            out.write((HEADER + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return new RecordWriter<>() {
            @Override
            public void write(String value) throws IOException {
                if (value.startsWith("!")) {
                    throw new CodecException(value + ": bad");
                }
                out.write((value + "\n").getBytes(StandardCharsets.UTF_8));
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
}
