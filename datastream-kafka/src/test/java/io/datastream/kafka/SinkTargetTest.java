package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.runtime.Refusals;
import io.datastream.sink.SinkWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SinkTargetTest {
    private final List<String> calls = new ArrayList<>();
    private byte @Nullable [] kept;
    private byte @Nullable [] restored;

    private SinkTarget target() {
        SinkTarget target = new SinkTarget("shop", new Refusals("shop"), true, found -> {
            restored = found;
            calls.add("open");
            return new SinkWriter<>() {
                @Override
                public void write(long time, Object value) {}

                @Override
                public void flush() {
                    calls.add("flush");
                }

                @Override
                public byte @Nullable [] snapshot() {
                    return kept;
                }

                @Override
                public void committed() {
                    calls.add("committed");
                }

                @Override
                public void close() {}
            };
        });
        target.ready();
        return target;
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** What a log of changes holds in the end. */
    private static void store(SinkTarget target, SortedMap<Long, byte[]> log) {
        target.changes((number, part) -> {
            if (part == null) {
                log.remove(number);
            } else {
                assertThat(part.length).isLessThanOrEqualTo(SinkTarget.PART_BYTES);
                log.put(number, part);
            }
        });
    }

    @Test
    void snapshotsOfAnySizeComeBack() {
        SortedMap<Long, byte[]> log = new TreeMap<>();
        SinkTarget target = target();
        for (int size : new int[] {0, 5, SinkTarget.PART_BYTES, 3 * SinkTarget.PART_BYTES + 1, 1}) {
            kept = bytes(size);
            target.flush();
            store(target, log);

            SinkTarget next = target();
            next.restore(log);
            next.settle();

            assertThat(restored).as("of %d bytes", size).isEqualTo(kept);
            assertThat(next.hasChanged()).isFalse();
        }
    }

    @Test
    void onlyAnotherSnapshotIsAChange() {
        SinkTarget target = target();
        target.flush();
        assertThat(target.hasChanged()).isFalse();

        kept = bytes(3);
        target.flush();
        assertThat(target.hasChanged()).isTrue();
        store(target, new TreeMap<>());
        kept = bytes(3);
        target.flush();
        assertThat(target.hasChanged()).isFalse();

        kept = bytes(4);
        target.flush();
        assertThat(target.hasChanged()).isTrue();
    }

    @Test
    void theWriterIsOpenedFirstAndToldOfACommitOnce() {
        SinkTarget target = target();
        assertThat(target.isSettled()).isFalse();
        target.settle();
        target.flush();
        assertThat(target.isSettled()).isTrue();

        target.committed();
        assertThat(target.isSettled()).isFalse();
        target.settle();
        target.settle();

        assertThat(target.isSettled()).isTrue();
        assertThat(calls).containsExactly("open", "flush", "committed");
    }
}
