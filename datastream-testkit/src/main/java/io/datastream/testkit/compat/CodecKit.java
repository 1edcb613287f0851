package io.datastream.testkit.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every codec must do: a test class extends this one and says which codec is tested, and with which values.
 *
 * <ul>
 *   <li>Each value is read as it was written, also by a codec that was sent to another process, and on many threads.
 *   <li>Bytes belong to the caller: a codec changes none, and keeps none.
 *   <li>Whatever bytes come, there is a value or a {@link CodecException} with a short message; no other exception, no
 *       crash, no endless loop, no more memory than the test has.
 * </ul>
 *
 * @param <T> the values
 */
@Timeout(120)
public abstract class CodecKit<T> {
    private static final int LONGEST_MESSAGE = 1_000;
    private static final int DAMAGED = 20_000;

    /** For subclasses. */
    protected CodecKit() {}

    /** The codec that is tested, made anew each time. */
    protected abstract Codec<T> codec();

    /** At least two different values, the stranger the better: empty, long, extreme, absent, not ASCII. */
    protected abstract List<T> values();

    /** Bytes that the codec must refuse. */
    protected abstract List<byte[]> malformed();

    /** Whether a value that was read is the one that was written. Default: equal, arrays by their content. */
    protected boolean isSame(T written, T read) {
        return Objects.deepEquals(written, read);
    }

    @Test
    final void readsEachValueAsItWasWritten() {
        Codec<T> codec = codec();
        assertThat(values()).as("values").hasSizeGreaterThan(1);
        for (T value : values()) {
            checkSame(value, codec.decode(codec.encode(value)));
        }
    }

    @Test
    final void writesTheSameBytesForTheSameValue() {
        for (T value : values()) {
            assertThat(codec().encode(value)).as("%s", value).isEqualTo(codec().encode(value));
        }
    }

    @Test
    final void leavesTheBytesAsTheyAre() {
        Codec<T> codec = codec();
        for (T value : values()) {
            byte[] bytes = codec.encode(value);
            byte[] before = bytes.clone();
            codec.decode(bytes);
            assertThat(bytes).as("%s", value).isEqualTo(before);
        }
    }

    @Test
    final void keepsNoBytes() {
        Codec<T> codec = codec();
        for (T value : values()) {
            byte[] written = codec.encode(value);
            byte[] before = written.clone();
            T read = codec.decode(written);
            Arrays.fill(written, (byte) 0x55);

            checkSame(value, read);
            assertThat(codec.encode(value)).as("%s", value).isEqualTo(before);
        }
    }

    @Test
    final void worksInAnotherProcess() throws Exception {
        Codec<T> used = codec();
        T first = values().get(0);
        used.decode(used.encode(first)); // what it keeps for speed must not be in the way
        Codec<T> shipped = Shipped.copy(used);
        for (T value : values()) {
            checkSame(value, shipped.decode(used.encode(value)));
            checkSame(value, used.decode(shipped.encode(value)));
        }
    }

    @Test
    final void worksOnManyThreadsAtOnce() throws Exception {
        Codec<T> codec = codec();
        List<T> values = values();
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(executor.submit(() -> {
                    for (int round = 0; round < 500; round++) {
                        T value = values.get(round % values.size());
                        checkSame(value, codec.decode(codec.encode(value)));
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    final void refusesMalformedBytes() {
        assertThat(malformed()).as("malformed").isNotEmpty();
        for (byte[] bytes : malformed()) {
            assertThatThrownBy(() -> codec().decode(bytes.clone()))
                    .as("%s", Arrays.toString(bytes))
                    .isInstanceOf(CodecException.class);
        }
    }

    @Test
    final void refusesToWriteNull() {
        assertThatThrownBy(() -> encodeNull(codec())).isInstanceOf(CodecException.class);
    }

    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // that is what is tested
    private static <T> void encodeNull(Codec<T> codec) {
        codec.encode(null);
    }

    @Test
    final void takesEveryBeginning() {
        Codec<T> codec = codec();
        for (T value : values()) {
            byte[] bytes = codec.encode(value);
            int step = Math.max(1, bytes.length / 2_000);
            for (int length = 0; length < bytes.length; length += step) {
                take(codec, Arrays.copyOf(bytes, length));
            }
        }
    }

    @Test
    final void takesDamagedBytes() {
        Codec<T> codec = codec();
        List<byte[]> all = values().stream().map(codec::encode).toList();
        Seeds.forEach(DAMAGED, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            take(codec, Damage.of(all.get(random.nextInt(all.size())), random));
        });
    }

    @Test
    final void takesRandomBytes() {
        Codec<T> codec = codec();
        Seeds.forEach(DAMAGED, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            take(codec, bytes);
        });
    }

    private void take(Codec<T> codec, byte[] bytes) {
        try {
            assertThat(codec.decode(bytes)).as("%s", Arrays.toString(bytes)).isNotNull();
        } catch (CodecException e) {
            assertThat(e.getMessage())
                    .as("%s", Arrays.toString(bytes))
                    .isNotBlank()
                    .hasSizeLessThan(LONGEST_MESSAGE);
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(e + " for " + Arrays.toString(bytes) + " (expected: a CodecException)", e);
        }
    }

    private void checkSame(T written, T read) {
        assertThat(isSame(written, read))
                .as("%s was written, and read as %s", written, read)
                .isTrue();
    }
}
