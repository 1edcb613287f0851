package io.datastream.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.FileFormat;
import io.datastream.testkit.compat.FileFormatKit;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class LineProtocolKitTest extends FileFormatKit<Point> {
    static final List<Point> POINTS = List.of(
            new Point("m", Map.of(), Map.of("v", 1L), Instant.EPOCH),
            new Point(
                    "#, = \"\\",
                    Map.of("ü€😀".repeat(200), "\\", "a=b", " "),
                    Map.of("t", "", "x", "a,b =\"\\c", "y", Double.MIN_VALUE, "z", -0.0, "f", false),
                    Instant.parse("1677-09-22T00:00:00.000000001Z")),
            new Point(
                    "last",
                    Map.of("k", "v"),
                    Map.of("a", Long.MIN_VALUE, "b", Double.MAX_VALUE, "c", true),
                    Instant.parse("2262-04-09T23:47:16.854775807Z")));

    @Override
    protected FileFormat<Point> format() {
        return LineProtocol.nanoseconds();
    }

    @Override
    protected List<Point> values() {
        return POINTS;
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of("m".getBytes(UTF_8), "m v=1 x\n".getBytes(UTF_8), new byte[] {'m', (byte) 0xff});
    }
}
