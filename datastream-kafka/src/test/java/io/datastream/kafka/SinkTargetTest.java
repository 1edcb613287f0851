package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.error.Masked;
import io.datastream.runtime.Refusals;
import io.datastream.sink.SinkException;
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

    record Secret(@Masked String text) {}

    @Test
    void whatAWriterSaysOfACommitIsToldWithoutMaskedFields() {
        SinkTarget target = new SinkTarget("shop", new Refusals("shop"), false, found -> new SinkWriter<>() {
            @Override
            public void write(long time, Object value) {}

            @Override
            public void flush() {}

            @Override
            public void committed() {
                throw SinkException.retryable("4111 is locked", new IllegalStateException("4111"));
            }

            @Override
            public void close() {}
        });
        target.ready();
        target.refusals().whileWriting(new Secret("4111"), () -> error -> {}, target::writer);
        target.committed();

        assertThatThrownBy(target::settle)
                .isInstanceOfSatisfying(
                        SinkException.class,
                        error -> assertThat(error.isRetryable()).isTrue())
                .hasMessage("*** is locked")
                .hasStackTraceContaining("Secret has masked fields")
                .satisfies(error -> assertThat(error.getCause()).hasMessageNotContaining("4111"));
    }
}
