package io.datastream.formats.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Timestamp;
import org.junit.jupiter.api.Test;

/** The Protobuf examples of docs/formats.md: its snippets are the regions of this file. */
class ProtobufGuideTest {
    @Test
    void messagesAreWrittenAndRead() {
        Descriptor descriptor = Messages.READING;
        // region: protobuf
        ProtobufCodec<Timestamp> generated = ProtobufCodec.of(Timestamp.class);
        ProtobufCodec<DynamicMessage> dynamic = ProtobufCodec.of(descriptor);
        ProtobufCodec<Timestamp> framed = generated.withSchemaId(42);
        // endregion

        Timestamp time = Timestamp.newBuilder().setSeconds(1).setNanos(2).build();
        assertThat(generated.decode(generated.encode(time))).isEqualTo(time);
        assertThat(framed.decode(framed.encode(time))).isEqualTo(time);
        DynamicMessage reading = Messages.reading("a", 1, 2, 3);
        assertThat(dynamic.decode(dynamic.encode(reading)).toByteString()).isEqualTo(reading.toByteString());
    }
}
