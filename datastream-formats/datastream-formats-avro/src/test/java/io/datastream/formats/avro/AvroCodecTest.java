package io.datastream.formats.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.record.Decimal;
import io.datastream.formats.avro.Shapes.Leg;
import io.datastream.formats.avro.Shapes.Side;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AvroCodecTest {
    record Order(List<Leg> legs, @Nullable Instant time) {}

    record Price(@Decimal(precision = 5, scale = 2) BigDecimal price) {}

    record AnyPrice(BigDecimal price) {}

    record Boxes(Map<String, Side> sides, Integer number) {}

    record Sized(int size) {
        Sized {
            if (size < 0) {
                throw new IllegalArgumentException("size: " + size + " (expected: >= 0)");
            }
        }
    }

    record FreeSized(int size) {}

    @Test
    void derivesTheSchemaOfARecord() {
        assertThat(AvroCodec.of(Order.class).schema()).isEqualTo(new Schema.Parser().parse("""
            {"type": "record", "name": "AvroCodecTest_Order", "namespace": "io.datastream.formats.avro", "fields": [
              {"name": "legs", "type": {"type": "array", "items":
                {"type": "record", "name": "Shapes_Leg", "fields": [
                  {"name": "side", "type": {"type": "enum", "name": "Shapes_Side", "symbols": ["BUY", "SELL"]}},
                  {"name": "amount", "type": ["null", "long"], "default": null}]}}},
              {"name": "time", "type": ["null", {"type": "long", "logicalType": "timestamp-nanos"}], "default": null}]}
            """));
    }

    @Test
    void takesAnotherNameForTheRecord() {
        AvroCodec<Sized> codec = AvroCodec.of(Sized.class).withName("sizes.Size");
        assertThat(codec.schema().getFullName()).isEqualTo("sizes.Size");
        assertThat(codec.decode(codec.encode(new Sized(1)))).isEqualTo(new Sized(1));
        assertThatThrownBy(() -> codec.withName("no name")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhichValueMustNotBeNull() {
        assertThatThrownBy(() -> AvroCodec.of(Order.class)
                        .encode(new Order(List.of(new Leg(Side.BUY, 1L), new Leg(null, 1L)), null)))
                .isInstanceOf(CodecException.class)
                .hasMessage("field \"legs[1].side\": null (expected: a name; or mark it as @Nullable)");
        assertThatThrownBy(() -> AvroCodec.of(Boxes.class).encode(new Boxes(Map.of(), null)))
                .hasMessage("field \"number\": null (expected: a whole number of 32 bits; or mark it as @Nullable)");
    }

    @Test
    void roundsNoDecimal() {
        AvroCodec<Price> codec = AvroCodec.of(Price.class);
        assertThat(codec.decode(codec.encode(new Price(new BigDecimal("1.5")))))
                .isEqualTo(new Price(new BigDecimal("1.50")));
        for (String tooLong : List.of("1.555", "1234.5", "1E+1000000000", "1E-1000000000")) {
            assertThatThrownBy(() -> codec.encode(new Price(new BigDecimal(tooLong))))
                    .as(tooLong)
                    .isInstanceOf(CodecException.class)
                    .hasMessage(
                            "field \"price\": a decimal number with more digits (expected: at most 5, 2 of them after"
                                    + " the point)");
        }
        assertThat(codec.decode(codec.encode(new Price(new BigDecimal("0E+1000000000")))))
                .isEqualTo(new Price(new BigDecimal("0.00")));
    }

    @Test
    void refusesDecimalsThatNoReaderCouldUse() {
        assertThatThrownBy(() -> AvroCodec.of(AnyPrice.class).encode(new AnyPrice(new BigDecimal("1E+1000000000"))))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("field \"price\": a decimal number of scale -1000000000 ");

        AvroOutput decimal = new AvroOutput(10);
        decimal.writeBytes(new byte[] {1});
        decimal.writeLong(Integer.MIN_VALUE);
        AvroOutput record = new AvroOutput(10);
        record.writeBytes(decimal.toBytes());
        assertThatThrownBy(() -> AvroCodec.of(AnyPrice.class).decode(record.toBytes()))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("field \"price\": a decimal number of scale -2147483648 ");
    }

    @Test
    void refusesTimesBeyondNanoseconds() {
        assertThatThrownBy(() -> AvroCodec.of(Order.class).encode(new Order(List.of(), Instant.MAX)))
                .isInstanceOf(CodecException.class)
                .hasMessage("field \"time\": +1000000000-12-31T23:59:59.999999999Z (expected: from 1677-09-21 to"
                        + " 2262-04-11, the range of nanoseconds)");
    }

    @Test
    void saysWhatAConstructorRefuses() {
        byte[] bytes = AvroCodec.of(FreeSized.class).encode(new FreeSized(-1));
        assertThatThrownBy(() -> AvroCodec.of(Sized.class).decode(bytes))
                .isInstanceOf(CodecException.class)
                .hasMessage("Sized: size: -1 (expected: >= 0)");
    }

    @Test
    void refusesHalfACharacter() {
        for (String broken : List.of("a\ud83d", "\ude00", "\ud83d\ud83d\ude00")) {
            assertThatThrownBy(() ->
                            AvroCodec.of(Shapes.Reading.class).encode(new Shapes.Reading(broken, Instant.EPOCH, 1)))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("field \"sensor\": a text with half a character (expected: Unicode)");
        }
    }

    @Test
    void refusesBytesAfterTheRecord() {
        assertThatThrownBy(() -> AvroCodec.of(FreeSized.class).decode(new byte[] {2, 0}))
                .isInstanceOf(CodecException.class)
                .hasMessage("value: 1 bytes after it (expected: none)");
    }
}
