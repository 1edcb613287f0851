package io.datastream.aggregate;

import io.datastream.codec.Codec;
import java.nio.ByteBuffer;

/** A record of the tests: two numbers, and an identity by which equal ones can be told apart. */
record Row(int id, double x, double y) {
    static final Codec<Row> CODEC = Codec.of(
            row -> ByteBuffer.allocate(20)
                    .putInt(row.id())
                    .putDouble(row.x())
                    .putDouble(row.y())
                    .array(),
            bytes -> {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                return new Row(buffer.getInt(), buffer.getDouble(), buffer.getDouble());
            });

    static Row of(double x) {
        return new Row(0, x, 0);
    }
}
