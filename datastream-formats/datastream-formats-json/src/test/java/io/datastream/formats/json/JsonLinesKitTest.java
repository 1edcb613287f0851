package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.FileFormat;
import io.datastream.formats.json.Shapes.Reading;
import io.datastream.testkit.compat.FileFormatKit;
import java.util.List;

class JsonLinesKitTest extends FileFormatKit<Reading> {
    @Override
    protected FileFormat<Reading> format() {
        return JsonLinesFormat.of(Reading.class);
    }

    @Override
    protected List<Reading> values() {
        return List.of(
                new Reading("", 0, Double.NaN),
                new Reading("two\nlines", Long.MAX_VALUE, -0.0),
                new Reading(null, Long.MIN_VALUE, Double.MIN_VALUE),
                new Reading("ü€😀\u0000".repeat(500), 1, Double.NEGATIVE_INFINITY));
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of("\n\nreading\n".getBytes(UTF_8), "[\n1]".getBytes(UTF_8), new byte[] {(byte) 0xfe, (byte) 0xff});
    }
}
