package io.datastream.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.formats.csv.CsvCodec;
import io.datastream.fuzz.Samples.Row;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Formats with a fault each, which a run must find. */
class FuzzRunTest {
    private static final List<byte[]> TOKENS = List.of(new byte[] {','});
    private static final Duration PATIENCE = Duration.ofMillis(300);

    @Test
    void findsAnExceptionThatIsNoError() {
        assertThatThrownBy(() -> run(decoding(text -> {
                    if (text.contains(",")) {
                        throw new IllegalStateException("planted");
                    }
                    return text;
                })))
                .isInstanceOf(FuzzException.class)
                .hasMessageContaining("planted (expected: a CodecException or an IOException)");
    }

    @Test
    void findsAnErrorWithoutAMessage() {
        assertThatThrownBy(() -> run(decoding(text -> {
                    if (text.contains(",")) {
                        throw new CodecException(" ");
                    }
                    return text;
                })))
                .hasMessageContaining("an error with the message");
    }

    @Test
    void findsAnEndlessLoop() {
        AtomicBoolean end = new AtomicBoolean();
        Codec<String> codec = decoding(text -> {
            while (text.contains(",") && !end.get()) {
                Thread.onSpinWait();
            }
            return text;
        });
        try {
            assertThatThrownBy(() -> new FuzzRun(target(codec), 1, 10_000, PATIENCE).run())
                    .hasMessageContaining("not done after PT0.3S")
                    .cause()
                    .hasStackTraceContaining("FuzzRunTest");
        } finally {
            end.set(true);
        }
    }

    @Test
    void findsAnEndlessWait() {
        CountDownLatch never = new CountDownLatch(1);
        Codec<String> codec = decoding(text -> {
            if (text.contains(",")) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return text;
        });
        assertThatThrownBy(() -> new FuzzRun(target(codec), 1, 10_000, PATIENCE).run())
                .hasMessageContaining("not done after PT0.3S")
                .cause()
                .hasStackTraceContaining("CountDownLatch.await");
    }

    @Test
    void findsMemoryThatTheDocumentDoesNotNeed() {
        assertThatThrownBy(() -> run(decoding(text -> {
                    byte[] waste = new byte[text.contains(",") ? 20 << 20 : 0];
                    return text + " ".repeat(waste.length == 0 ? 0 : waste[waste.length / 2]);
                })))
                .hasMessageContaining("bytes of memory");
    }

    @Test
    void findsAValueThatCannotBeWrittenAgain() {
        Codec<String> codec = new Decoding(text -> text) {
            @Override
            public byte[] encode(String value) {
                if (value.contains(",")) {
                    throw new CodecException("planted");
                }
                return super.encode(value);
            }
        };
        assertThatThrownBy(() -> run(codec)).hasMessageContaining("cannot be written and read again");
    }

    @Test
    void findsAValueThatIsNotWhatTheDocumentSays() {
        Codec<Row> codec = new Codec<>() {
            private final CsvCodec<Row> right = CsvCodec.of(Row.class);

            @Override
            public byte[] encode(Row value) {
                return right.encode(value);
            }

            @Override
            public Row decode(byte[] bytes) {
                Row row = right.decode(bytes);
                return row.whole() % 10 == 7
                        ? new Row(
                                row.id(),
                                row.time(),
                                row.price(),
                                row.amount(),
                                8,
                                row.open(),
                                row.side(),
                                row.limit(),
                                row.day(),
                                row.number(),
                                row.key())
                        : row;
            }
        };
        Target target = new CodecTarget<>(
                "planted", codec, CsvOracle.of(Row.class)::checkLine, RandomRecords.of(Row.class, 2_000, 1), TOKENS);
        assertThatThrownBy(() -> new FuzzRun(target, 1, 10_000).run())
                .hasMessageContaining("whole is read as 8 (expected: ");
    }

    @Test
    void makesTheSameDocumentForTheSameSeed() {
        Codec<String> codec = decoding(text -> text);
        for (long seed = 1; seed < 100; seed++) {
            assertThat(new FuzzRun(target(codec), 1, 1).document(seed))
                    .isEqualTo(new FuzzRun(target(codec), 50, 1).document(seed));
        }
    }

    private static void run(Codec<String> codec) throws Exception {
        new FuzzRun(target(codec), 1, 10_000).run();
    }

    private static Target target(Codec<String> codec) {
        return new CodecTarget<>("planted", codec, Oracle.none(), List.of("first", "second"), TOKENS);
    }

    private static Codec<String> decoding(Function<String, String> decode) {
        return new Decoding(decode);
    }

    /** Texts, and a fault. */
    private static class Decoding implements Codec<String> {
        private static final long serialVersionUID = 1L;

        private final transient Function<String, String> decode;

        Decoding(Function<String, String> decode) {
            this.decode = decode;
        }

        @Override
        public byte[] encode(String value) {
            return value.getBytes(UTF_8);
        }

        @Override
        public String decode(byte[] bytes) {
            return decode.apply(new String(bytes, UTF_8));
        }
    }
}
