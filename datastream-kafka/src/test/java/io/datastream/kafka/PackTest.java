package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.engine.PortableCodec;
import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PackTest {
    private static final Codec<Object> CODEC = PortableCodec.rows();

    private record Row(int port, long offset, long time, long behind, Object key, Object value) {}

    private static List<Row> random(SplittableRandom random) {
        List<Row> rows = new ArrayList<>();
        int count = random.nextInt(1, 50);
        for (int i = 0; i < count; i++) {
            long time = random.nextInt(4) == 0 ? random.nextLong(EventTime.EARLIEST, EventTime.LATEST) : i * 1_000L;
            long behind = random.nextBoolean() ? EventTime.MIN : EventTime.plus(time, random.nextLong(1, 1L << 40));
            rows.add(new Row(
                    random.nextInt(2),
                    random.nextInt(-1, 1_000_000),
                    time,
                    behind,
                    "key-" + random.nextInt(4),
                    random.nextDouble()));
        }
        return rows;
    }

    private static List<Row> read(byte[] pack) {
        PackReader reader = new PackReader(pack);
        assertThat(reader.stage).isEqualTo("stage");
        assertThat(reader.partition).isEqualTo(300);
        assertThat(reader.ports).containsExactly("left", "right");
        List<Row> rows = new ArrayList<>();
        while (reader.next()) {
            Object key = reader.key(CODEC);
            rows.add(new Row(reader.port, reader.offset, reader.time, reader.behind, key, reader.value(CODEC)));
        }
        return rows;
    }

    @Test
    void readsTheRowsThatWereWritten() {
        PackWriter writer = new PackWriter("stage", 300, List.of("left", "right"));
        for (long seed = 0; seed < 500; seed++) {
            List<Row> rows = random(new SplittableRandom(seed));
            rows.forEach(row -> writer.row(
                    row.port(),
                    row.offset(),
                    row.time(),
                    row.behind(),
                    row.key(),
                    CODEC.encode(row.key()),
                    CODEC.encode(row.value())));
            assertThat(read(writer.take())).as("seed " + seed).isEqualTo(rows);
        }
    }

    @Test
    void refusesAPackThatWasCutOff() {
        PackWriter writer = new PackWriter("stage", 300, List.of("left", "right"));
        writer.row(0, 1, 2, EventTime.MIN, "a", CODEC.encode("a"), CODEC.encode(1.5));
        byte[] pack = writer.take();
        byte[] cut = java.util.Arrays.copyOf(pack, pack.length - 1);
        assertThatThrownBy(() -> read(cut))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("length 9");
    }

    @Test
    void readsTheMarksThatWereWritten() {
        List<Mark> marks = List.of(
                new Mark("readings", 3, EventTime.MAX, false, false), new Mark("sums", 0, EventTime.MIN, true, true));
        byte[] bytes = Mark.encode(marks);
        assertThat(PackReader.kind(bytes)).isEqualTo(PackWriter.MARKS);
        assertThat(Mark.decode(bytes)).isEqualTo(marks);
    }
}
