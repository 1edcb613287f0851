package io.datastream.push;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A small format for tests: a line a record; one that begins with an exclamation mark is malformed. */
public final class Texts implements FileFormat<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public RecordReader<String> reader(String name, InputStream in) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        return new RecordReader<>() {
            private int number;

            @Override
            public @Nullable String read() throws IOException {
                String line = lines.readLine();
                number++;
                if (line != null && line.startsWith("!")) {
                    throw new CodecException(line + ": bad");
                }
                return line;
            }

            @Override
            public String place() {
                return "line " + number;
            }

            @Override
            public void close() throws IOException {
                lines.close();
            }
        };
    }

    @Override
    public RecordWriter<String> writer(OutputStream out, boolean append) {
        throw new UnsupportedOperationException("only read here");
    }
}
