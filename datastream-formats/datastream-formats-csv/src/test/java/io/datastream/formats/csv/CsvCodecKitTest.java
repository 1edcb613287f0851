package io.datastream.formats.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.Codec;
import io.datastream.formats.csv.Rows.Trade;
import io.datastream.testkit.compat.CodecKit;
import java.util.List;

class CsvCodecKitTest extends CodecKit<Trade> {
    @Override
    protected Codec<Trade> codec() {
        return CsvCodec.of(Trade.class);
    }

    @Override
    protected List<Trade> values() {
        return CsvFormatKitTest.TRADES;
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of(new byte[0], "1,2".getBytes(UTF_8), "1,2,a\n1,2,a\n".getBytes(UTF_8), "1,2,\"a".getBytes(UTF_8));
    }
}
