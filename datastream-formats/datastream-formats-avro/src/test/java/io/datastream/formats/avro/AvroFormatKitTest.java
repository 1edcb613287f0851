package io.datastream.formats.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.FileFormat;
import io.datastream.formats.avro.Shapes.Everything;
import io.datastream.testkit.compat.FileFormatKit;
import java.util.List;

class AvroFormatKitTest extends FileFormatKit<Everything> {
    @Override
    protected FileFormat<Everything> format() {
        return AvroFormat.of(Everything.class).withCompression(AvroCompression.NONE);
    }

    @Override
    protected List<Everything> values() {
        return Shapes.ALL;
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of("Obj".getBytes(UTF_8), "PAR1".getBytes(UTF_8), "Obj\u0001\u0000".getBytes(UTF_8), new byte[100]);
    }
}
