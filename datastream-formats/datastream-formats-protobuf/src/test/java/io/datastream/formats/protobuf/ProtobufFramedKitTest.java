package io.datastream.formats.protobuf;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.datastream.codec.Codec;
import io.datastream.testkit.compat.CodecKit;
import java.util.List;

/** A generated class, with a map and messages within themselves, in the wire format of schema registries. */
class ProtobufFramedKitTest extends CodecKit<Struct> {
    @Override
    protected Codec<Struct> codec() {
        return ProtobufCodec.of(Struct.class).withSchemaId(1_000_000);
    }

    @Override
    protected List<Struct> values() {
        Value text = Value.newBuilder().setStringValue("ü€😀").build();
        return List.of(
                Struct.getDefaultInstance(),
                Struct.newBuilder()
                        .putFields("b", text)
                        .putFields("a", Value.newBuilder().setNumberValue(1.5).build())
                        .putFields(
                                "list",
                                Value.newBuilder()
                                        .setListValue(ListValue.newBuilder()
                                                .addValues(text)
                                                .addValues(Value.newBuilder()
                                                        .setStructValue(Struct.newBuilder()
                                                                .putFields("inner", text))))
                                        .build())
                        .build());
    }

    @Override
    protected List<byte[]> malformed() {
        return List.of(
                new byte[0],
                new byte[] {0, 0, 0, 0, 1},
                new byte[] {1, 0, 0, 0, 1, 0},
                new byte[] {0, 0, 0, 0, 1, 2, 4},
                new byte[] {0, 0, 0, 0, 1, 0, 10, 100});
    }
}
