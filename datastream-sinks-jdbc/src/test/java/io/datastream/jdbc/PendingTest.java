package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.sink.row.RowColumn;
import io.datastream.sink.row.RowLayout;
import io.datastream.sink.row.RowMapping;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PendingTest {
    record Samples(String id, List<Double> values) {}

    @Test
    void arraysComeBackWithTheirNulls() throws Exception {
        RowLayout layout =
                RowMapping.INFERRED.withArrays().forClass(Samples.class).layout(null);
        @Nullable Object[] row = layout.row(0, new Samples("a", Arrays.asList(1.5, null)), new boolean[2]);

        Pending back = Pending.decode(new Pending(new UUID(1, 2), 3, layout, List.<Object[]>of(row)).encode());

        assertThat(back.rows()).singleElement().satisfies(values -> {
            assertThat(values[0]).isEqualTo("a");
            assertThat((Object[]) values[1]).containsExactly(1.5, null);
        });
        assertThat(back.layout()).isNotNull();
        assertThat(back.layout().columns()).extracting(RowColumn::array).containsExactly(false, true);
    }

    @Test
    void commitsFromBeforeArraysAreRead() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(1);
            out.writeLong(1);
            out.writeLong(2);
            out.writeLong(3);
            out.writeInt(1); // rows
            out.writeInt(1); // columns
            out.writeUTF("value");
            out.writeUTF("INTEGER");
            out.writeBoolean(true); // nullable
            out.writeInt(0); // of the key
            out.writeBoolean(true);
            out.writeInt(7);
        }

        Pending back = Pending.decode(bytes.toByteArray());

        assertThat(back.rows())
                .singleElement()
                .satisfies(values -> assertThat(values).containsExactly(7));
        assertThat(back.layout().columns()).extracting(RowColumn::array).containsExactly(false);
    }
}
