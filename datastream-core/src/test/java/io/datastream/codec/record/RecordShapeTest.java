package io.datastream.codec.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordShapeTest {
    record Node(int number, @Nullable Node next, List<@Nullable Instant> times, Optional<Map<String, Long>> counts) {}

    record Price(@Decimal(precision = 18, scale = 4) BigDecimal price) {}

    record Sized(int size) {
        Sized {
            if (size <= 0) {
                throw new IllegalArgumentException("size: " + size + " (expected: > 0)");
            }
        }
    }

    record WithSet(int a, Node node, Set<String> names) {}

    record Generic<T>(T value) {}

    record Holder(Generic<String> generic) {}

    record BadDecimal(@Decimal(precision = 3, scale = 4) BigDecimal price) {}

    @Test
    void knowsTypesAndWhatMayBeNull() {
        RecordShape<Node> shape = RecordShape.of(Node.class);

        assertThat(shape.components())
                .extracting(component -> component.name() + " "
                        + component.type().kind() + " " + component.type().isNullable())
                .containsExactly("number INT false", "next RECORD true", "times LIST false", "counts MAP true");
        assertThat(shape.components().get(1).type().shape()).isSameAs(shape);
        ValueType time = shape.components().get(2).type().element();
        assertThat(time.kind()).isEqualTo(Kind.INSTANT);
        assertThat(time.isNullable()).isTrue();
        assertThat(shape.components().get(3).type().element().isNullable()).isFalse();
    }

    @Test
    void takesRecordsApartAndMakesThem() {
        RecordShape<Node> shape = RecordShape.of(Node.class);
        Node node = new Node(1, null, List.of(Instant.EPOCH), Optional.of(Map.of("a", 2L)));
        Object[] values = {shape.get(node, 0), shape.get(node, 1), shape.get(node, 2), shape.get(node, 3)};

        assertThat(values).containsExactly(1, null, List.of(Instant.EPOCH), Map.of("a", 2L));
        assertThat(shape.create(values)).isEqualTo(node);
        assertThat(shape.create(new Object[] {1, null, List.of(), null}).counts())
                .isEmpty();
    }

    @Test
    void knowsTheDigitsOfADecimal() {
        Decimal decimal = RecordShape.of(Price.class).components().get(0).type().decimal();
        assertThat(decimal.precision()).isEqualTo(18);
        assertThat(decimal.scale()).isEqualTo(4);
    }

    @Test
    void saysWhatAConstructorRefuses() {
        assertThatThrownBy(() -> RecordShape.of(Sized.class).create(new Object[] {0}))
                .isInstanceOf(CodecException.class)
                .hasMessage("Sized: size: 0 (expected: > 0)");
    }

    @Test
    void namesComponentsThatFitNoFormat() {
        assertThatThrownBy(() -> RecordShape.of(WithSet.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("component \"names\": java.util.Set<java.lang.String> (expected: a primitive");
        assertThatThrownBy(() -> RecordShape.of(Holder.class)).hasMessageStartingWith("component \"generic\": ");
        assertThatThrownBy(() -> RecordShape.of(BadDecimal.class))
                .hasMessageStartingWith("component \"price\": @Decimal(precision = 3, scale = 4) BigDecimal");
        assertThatThrownBy(() -> RecordShape.of(String.class))
                .hasMessage("type: java.lang.String (expected: a record)");
    }
}
