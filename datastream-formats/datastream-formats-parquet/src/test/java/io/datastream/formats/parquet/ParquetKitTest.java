package io.datastream.formats.parquet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.FileFormat;
import io.datastream.formats.parquet.Shapes.Everything;
import io.datastream.testkit.compat.FileFormatKit;
import java.util.List;

class ParquetKitTest extends FileFormatKit<Everything> {
    @Override
    protected FileFormat<Everything> format() {
        return ParquetFormat.of(Everything.class).withCompression(ParquetCompression.NONE);
    }

    @Override
    protected List<Everything> values() {
        return Shapes.ALL;
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of(
                new byte[0],
                "PAR1".getBytes(UTF_8),
                "PAR1PAR1PAR1".getBytes(UTF_8),
                "Obj\u0001 this is Avro, not Parquet".getBytes(UTF_8),
                new byte[] {'P', 'A', 'R', '1', 0, 0, -1, -1, -1, 127, 'P', 'A', 'R', '1'},
                new byte[] {'P', 'A', 'R', '1', 0, 0, -1, -1, -1, -1, 'P', 'A', 'R', '1'});
    }
}
