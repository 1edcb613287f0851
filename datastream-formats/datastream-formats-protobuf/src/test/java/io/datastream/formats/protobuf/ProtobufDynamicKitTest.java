package io.datastream.formats.protobuf;

import com.google.protobuf.DynamicMessage;
import io.datastream.codec.Codec;
import io.datastream.testkit.compat.CodecKit;
import java.util.List;

class ProtobufDynamicKitTest extends CodecKit<DynamicMessage> {
    @Override
    protected Codec<DynamicMessage> codec() {
        return ProtobufCodec.of(Messages.READING);
    }

    @Override
    protected List<DynamicMessage> values() {
        return List.of(
                Messages.reading("", 0, 0, -0.0),
                Messages.reading("ü€😀".repeat(100), Long.MIN_VALUE, 999_999_999, Double.NaN, 1, -1, Long.MAX_VALUE));
    }

    /** The codec makes its types anew in another process, where they are equal, but not the same. */
    @Override
    protected boolean isSame(DynamicMessage written, DynamicMessage read) {
        return written.toByteString().equals(read.toByteString())
                && written.toString().equals(read.toString());
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of(
                new byte[] {10, 5, 'a'}, new byte[] {0}, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1});
    }
}
