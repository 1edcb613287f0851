package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.Codec;
import io.datastream.formats.json.Shapes.Nested;
import io.datastream.testkit.compat.CodecKit;
import java.util.List;

// region: codec-kit
class JsonCodecKitTest extends CodecKit<Nested> {
    @Override
    protected Codec<Nested> codec() {
        return JsonCodec.of(Nested.class);
    }

    @Override
    protected List<Nested> values() {
        return Shapes.NESTED;
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of(new byte[0], "{".getBytes(UTF_8), "[]".getBytes(UTF_8), "null".getBytes(UTF_8));
    }
}
// endregion
