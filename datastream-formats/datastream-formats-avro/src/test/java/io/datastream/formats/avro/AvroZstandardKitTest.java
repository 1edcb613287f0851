package io.datastream.formats.avro;

import io.datastream.codec.FileFormat;
import io.datastream.formats.avro.Shapes.Everything;

class AvroZstandardKitTest extends AvroFormatKitTest {
    @Override
    protected FileFormat<Everything> format() {
        return AvroFormat.of(Everything.class).withCompression(AvroCompression.ZSTANDARD);
    }
}
