package io.datastream.formats.avro;

import io.datastream.codec.FileFormat;
import io.datastream.formats.avro.Shapes.Reading;
import io.datastream.testkit.compat.FileSourceKit;
import java.time.Instant;

class AvroSourceKitTest extends FileSourceKit<Reading> {
    @Override
    protected FileFormat<Reading> format() {
        return AvroFormat.of(Reading.class);
    }

    @Override
    protected Reading record(int number) {
        return new Reading("sensor " + number % 7, Instant.ofEpochSecond(number, number), number / 3.0);
    }
}
