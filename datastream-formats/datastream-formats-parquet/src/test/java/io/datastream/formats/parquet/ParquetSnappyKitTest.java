package io.datastream.formats.parquet;

import io.datastream.codec.FileFormat;
import io.datastream.formats.parquet.Shapes.Everything;

class ParquetSnappyKitTest extends ParquetKitTest {
    @Override
    protected FileFormat<Everything> format() {
        return ParquetFormat.of(Everything.class);
    }
}
