package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.FileFormat;
import io.datastream.formats.json.Shapes.Reading;
import io.datastream.testkit.compat.FileSourceKit;

class JsonLinesSourceKitTest extends FileSourceKit<Reading> {
    @Override
    protected FileFormat<Reading> format() {
        return JsonLinesFormat.of(Reading.class);
    }

    @Override
    protected Reading record(int number) {
        return new Reading("sensor " + number % 7, number, number / 3.0);
    }

    @Override
    protected byte[] malformed() {
        return "{\"sensor\":\n".getBytes(UTF_8);
    }
}
