package io.datastream.formats.parquet;

import io.datastream.codec.FileFormat;
import io.datastream.formats.parquet.Shapes.Reading;
import io.datastream.testkit.compat.FileSourceKit;
import java.time.Instant;

class ParquetSourceKitTest extends FileSourceKit<Reading> {
    @Override
    protected FileFormat<Reading> format() {
        return ParquetFormat.of(Reading.class);
    }

    @Override
    protected Reading record(int number) {
        return new Reading("sensor " + number % 7, Instant.ofEpochSecond(number, number), number / 3.0);
    }
}
