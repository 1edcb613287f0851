package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastream.monitor.Views.PlanView;
import io.datastream.monitor.Views.Whole;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Frames are written by hand: each must be the JSON that the API answers with, whatever a view has. */
class FrameTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Views with everything that there may be, or with nothing that may be left out; each value another one. */
    private static final class Sample {
        private final boolean isFull;
        private int number;

        Sample(boolean isFull) {
            this.isFull = isFull;
        }

        @Nullable
        Object of(Type type, boolean mayBeMissing) throws ReflectiveOperationException {
            number++;
            if (mayBeMissing && !isFull || type == PlanView.class) {
                return null;
            }
            if (type instanceof ParameterizedType list) {
                Type item = list.getActualTypeArguments()[0];
                return isFull ? List.of(of(item, false), of(item, false)) : List.of();
            }
            Class<?> raw = (Class<?>) type;
            if (raw == String.class) {
                return "text " + number + " \"\\\b\f\n\r\t\0\37\177\u2028 ä€😀 </script>";
            } else if (raw == long.class || raw == Long.class) {
                return number * 10_000_000_000L;
            } else if (raw == int.class) {
                return number;
            } else if (raw == double.class || raw == Double.class) {
                return number / 7.0;
            } else if (raw == boolean.class) {
                return number % 2 == 0;
            } else if (raw.isEnum()) {
                return raw.getEnumConstants()[number % raw.getEnumConstants().length];
            }
            return record(raw);
        }

        private <T> T record(Class<T> type) throws ReflectiveOperationException {
            RecordComponent[] components = type.getRecordComponents();
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = of(
                        components[i].getGenericType(),
                        components[i].getAnnotatedType().isAnnotationPresent(Nullable.class));
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        }
    }

    private static void check(Whole view) throws IOException {
        String frame = new String(Frame.of(view), StandardCharsets.UTF_8);
        assertThat(frame).startsWith("data: {").endsWith("}\n\n");
        assertThat(frame.strip()).doesNotContain("\n", "\r");
        assertThat(JSON.readTree(frame.substring(6))).isEqualTo(JSON.readTree(Answer.bytes(view)));
    }

    @Test
    void tellsEverythingThatAViewHas() throws Exception {
        check(new Sample(true).record(Whole.class));
    }

    @Test
    void leavesOutWhatIsNotKnown() throws Exception {
        check(new Sample(false).record(Whole.class));
    }
}
