package io.datastream.formats.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.UninterpretedOption;
import com.google.protobuf.DescriptorProtos.UninterpretedOption.NamePart;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import io.datastream.codec.CodecException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProtobufCodecTest {
    private static final Timestamp TIME =
            Timestamp.newBuilder().setSeconds(1_706_702_400).setNanos(1).build();

    @Test
    void writesWhatProtobufWrites() {
        ProtobufCodec<Timestamp> codec = ProtobufCodec.of(Timestamp.class);
        assertThat(codec.encode(TIME)).isEqualTo(TIME.toByteArray());
        assertThat(codec.decode(TIME.toByteArray())).isEqualTo(TIME);
        assertThat(codec.decode(new byte[0])).isEqualTo(Timestamp.getDefaultInstance());
    }

    @Test
    void keepsFieldsItDoesNotKnow() {
        Timestamp newer = TIME.toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                77,
                                UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                        .build())
                .build();
        ProtobufCodec<Timestamp> codec = ProtobufCodec.of(Timestamp.class);
        assertThat(codec.encode(codec.decode(newer.toByteArray()))).isEqualTo(newer.toByteArray());
    }

    @Test
    void writesThePlaceOfTheMessageTypeInItsFile() {
        byte[] first = ProtobufCodec.of(Timestamp.class).withSchemaId(258).encode(TIME);
        assertThat(Arrays.copyOf(first, 6)).containsExactly(0, 0, 0, 1, 2, 0);

        DynamicMessage unit = DynamicMessage.newBuilder(Messages.UNIT).build();
        byte[] nested = ProtobufCodec.of(Messages.UNIT).withSchemaId(258).encode(unit);
        assertThat(nested).as("two levels: type 1, and in it type 0").containsExactly(0, 0, 0, 1, 2, 4, 2, 0);
    }

    @Test
    void readsMessagesOfAnyNumberButOfItsTypeOnly() {
        byte[] framed = ProtobufCodec.of(Messages.READING).withSchemaId(5).encode(Messages.reading("a", 1, 2, 3));

        assertThat(ProtobufCodec.of(Messages.READING)
                        .withSchemaId(6)
                        .decode(framed)
                        .toByteArray())
                .isEqualTo(Messages.reading("a", 1, 2, 3).toByteArray());
        assertThatThrownBy(() -> ProtobufCodec.of(Messages.UNIT).withSchemaId(5).decode(framed))
                .isInstanceOf(CodecException.class)
                .hasMessage("value: message type [1] of its file (expected: [1, 0], readings.Reading.Unit)");
    }

    @Test
    void takesTheLongWayToSayTheFirstType() {
        byte[] framed = new byte[TIME.getSerializedSize() + 7];
        framed[5] = 2; // one level, in zigzag
        System.arraycopy(TIME.toByteArray(), 0, framed, 7, TIME.getSerializedSize());
        assertThat(ProtobufCodec.of(Timestamp.class).withSchemaId(5).decode(framed))
                .isEqualTo(TIME);
    }

    @Test
    void saysWhereReadingStopped() {
        assertThatThrownBy(() -> ProtobufCodec.of(Messages.READING).decode(new byte[] {10, 1, 'a', 10, 100, 'b'}))
                .isInstanceOf(CodecException.class)
                .hasMessageMatching("readings\\.Reading: byte [4-6]: .*ended unexpectedly.* \\(expected: a message\\)");
    }

    @Test
    void saysWhatIsMissing() {
        NamePart complete =
                NamePart.newBuilder().setNamePart("a").setIsExtension(true).build();
        ProtobufCodec<UninterpretedOption> codec = ProtobufCodec.of(UninterpretedOption.class);
        UninterpretedOption option =
                UninterpretedOption.newBuilder().addName(complete).build();
        assertThat(codec.decode(codec.encode(option))).isEqualTo(option);

        UninterpretedOption partial = UninterpretedOption.newBuilder()
                .addName(NamePart.newBuilder().setNamePart("a").buildPartial())
                .buildPartial();
        assertThatThrownBy(() -> codec.encode(partial))
                .isInstanceOf(CodecException.class)
                .hasMessage("google.protobuf.UninterpretedOption: without name[0].is_extension (expected: all required"
                        + " fields)");
        assertThatThrownBy(() -> codec.decode(partial.toByteArray()))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("google.protobuf.UninterpretedOption: without ");
    }

    @Test
    void refusesDeepNesting() throws IOException {
        ByteString inner = ByteString.EMPTY;
        for (int depth = 0; depth < 10_000; depth++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeBytes(depth % 2 == 0 ? 1 : 6, inner); // a list of values, or a value that is a list
            out.flush();
            inner = ByteString.copyFrom(bytes.toByteArray());
        }
        byte[] deep = inner.toByteArray();
        assertThatThrownBy(() -> ProtobufCodec.of(Value.class).decode(deep))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("too many levels of nesting");
    }

    @Test
    void refusesLengthsThatAreNotThere() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeUInt32NoTag(10);
        out.writeUInt32NoTag(Integer.MAX_VALUE);
        out.flush();
        assertThatThrownBy(() -> ProtobufCodec.of(ListValue.class).decode(bytes.toByteArray()))
                .isInstanceOf(CodecException.class);
    }

    @Test
    void refusesMessagesOfAnotherType() {
        ProtobufCodec<DynamicMessage> codec = ProtobufCodec.of(Messages.READING);
        assertThatThrownBy(() ->
                        codec.encode(DynamicMessage.newBuilder(Messages.UNIT).build()))
                .isInstanceOf(CodecException.class)
                .hasMessage("value: a readings.Reading.Unit (expected: a readings.Reading)");
    }

    @Test
    void refusesClassesThatWereNotGenerated() {
        assertThatThrownBy(() -> ProtobufCodec.of(Message.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("type: com.google.protobuf.Message (expected: a public class generated by Protobuf)");
    }
}
