package io.datastream.formats.avro;

import io.datastream.codec.Codec;
import io.datastream.formats.avro.Shapes.Everything;
import io.datastream.testkit.compat.CodecKit;
import java.util.List;

class AvroCodecKitTest extends CodecKit<Everything> {
    @Override
    protected Codec<Everything> codec() {
        return AvroCodec.of(Everything.class);
    }

    @Override
    protected List<Everything> values() {
        return Shapes.ALL;
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of(new byte[0], new byte[] {2, 0, 0}, new byte[300]);
    }
}
