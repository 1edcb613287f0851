package io.datastream.testkit.compat;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A line for each text, which must have no line break of its own. */
final class Lines implements FileFormat<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public RecordReader<String> reader(String name, InputStream in) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        return new RecordReader<>() {
            @Override
            public @Nullable String read() throws IOException {
                return lines.readLine();
            }

            @Override
            public String place() {
                return "a line";
            }

            @Override
            public void close() throws IOException {
                lines.close();
            }
        };
    }

    @Override
    public RecordWriter<String> writer(OutputStream out, boolean append) {
        return new RecordWriter<>() {
            @Override
            public void write(String value) throws IOException {
                if (value.indexOf('\n') >= 0) {
                    throw new CodecException("text: has a line break (expected: none)");
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
