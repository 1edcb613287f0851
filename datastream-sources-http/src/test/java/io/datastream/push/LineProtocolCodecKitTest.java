package io.datastream.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.Codec;
import io.datastream.testkit.compat.CodecKit;
import java.util.List;

class LineProtocolCodecKitTest extends CodecKit<Point> {
    @Override
    protected Codec<Point> codec() {
        return LineProtocol.codec();
    }

    @Override
    protected List<Point> values() {
        return LineProtocolKitTest.POINTS;
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of(new byte[0], "m".getBytes(UTF_8), new byte[] {'m', (byte) 0xff});
    }
}
