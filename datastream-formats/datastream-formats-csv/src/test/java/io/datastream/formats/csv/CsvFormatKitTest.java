package io.datastream.formats.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.FileFormat;
import io.datastream.formats.csv.Rows.Trade;
import io.datastream.testkit.compat.FileFormatKit;
import java.util.List;

class CsvFormatKitTest extends FileFormatKit<Trade> {
    static final List<Trade> TRADES = List.of(
            new Trade(0, Double.NaN, null),
            new Trade(Long.MAX_VALUE, -0.0, ""),
            new Trade(Long.MIN_VALUE, Double.MIN_VALUE, "two\nlines, \"quoted\""),
            new Trade(1, Double.POSITIVE_INFINITY, "ü€😀".repeat(500)));

    @Override
    protected FileFormat<Trade> format() {
        return CsvFormat.of(Trade.class);
    }

    @Override
    protected List<Trade> values() {
        return TRADES;
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of(
                "price,ts\n1,2\n".getBytes(UTF_8),
                "ts,price,note\nx,2,a\n".getBytes(UTF_8),
                "ts,price,note\n1,2,\"a".getBytes(UTF_8));
    }
}
