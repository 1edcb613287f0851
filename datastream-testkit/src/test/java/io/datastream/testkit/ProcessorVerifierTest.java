package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.datastream.codec.Codec;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.Processor;
import io.datastream.testkit.ProcessorVerifier.Item;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProcessorVerifierTest {
    private static final int ROUNDS = 10;

    /** Three keys in an uneven rhythm, with records at the same time, quiet spells, NaN and zeros of both signs. */
    private static List<Item<String, Double>> items(long seed) {
        Random random = new Random(seed);
        List<Item<String, Double>> items = new ArrayList<>();
        long time = 1_000;
        for (int i = 0; i < 80; i++) {
            time += random.nextInt(3) == 0 ? 0 : random.nextInt(12) == 0 ? 200 : random.nextInt(20);
            double value = switch (random.nextInt(12)) {
                case 0 -> Double.NaN;
                case 1 -> -0.0;
                default -> random.nextGaussian();
            };
            items.add(new Item<>("abc".substring(random.nextInt(3)).substring(0, 1), time, value));
        }
        return items;
    }

    private static ProcessorVerifier<Item<String, Double>> verifier(KeyedProcessor<String, Double, ?, ?> processor) {
        return ProcessorVerifier.of(processor, ProcessorVerifierTest::items).withRounds(ROUNDS);
    }

    private static AssertionError failureOf(ProcessorVerifier<?> verifier) {
        return catchThrowableOfType(AssertionError.class, verifier::verify);
    }

    @Test
    void acceptsACorrectProcessor() {
        verifier(new FaultyProcessors.Sums()).withRounds(50).verify();
    }

    @Test
    void acceptsAProcessorThatTakesRecordsAsTheyArrive() {
        ProcessorVerifier.of(new FaultyProcessors.Arrivals(), seed -> {
                    List<Item<String, Double>> items = new ArrayList<>(items(seed));
                    Collections.shuffle(items, new Random(seed));
                    return items;
                })
                .withRounds(ROUNDS)
                .verify();
    }

    @Test
    void acceptsGivenRecordsInAnyOrder() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        ProcessorVerifier.of(
                        new FaultyProcessors.Sums(),
                        List.of(
                                Item.of("a", start.plusNanos(70), 1.0),
                                Item.of("b", start, 2.0),
                                Item.of("a", start, Double.NaN)))
                .verify();
    }

    @Test
    void takesKeysThatACodecWrites() {
        Codec<String> reversed = Codec.of(
                text -> new StringBuilder(text).reverse().toString().getBytes(StandardCharsets.UTF_8),
                bytes -> new StringBuilder(new String(bytes, StandardCharsets.UTF_8))
                        .reverse()
                        .toString());
        ProcessorVerifier.of(new FaultyProcessors.Sums(), reversed, ProcessorVerifierTest::items)
                .withRounds(ROUNDS)
                .verify();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new FaultyProcessors.ForgetsCount(), "the state codec does not store all of the state"),
                Arguments.of(new FaultyProcessors.LosesSignOfZero(), "the state codec does not store all of the state"),
                Arguments.of(
                        new FaultyProcessors.WritesMoreEachTime(), "a state that was read is written as other bytes"),
                Arguments.of(new FaultyProcessors.LeavesBytes(), "4 bytes are left over"),
                Arguments.of(new FaultyProcessors.OddVersion(), "version of the state codec: 256"),
                Arguments.of(new FaultyProcessors.StaticState(), "a static field, a clock, randomness or identity"),
                Arguments.of(new FaultyProcessors.ReadsClock(), "a static field, a clock, randomness or identity"),
                Arguments.of(new FaultyProcessors.IdentityOrder(), "a static field, a clock, randomness or identity"),
                Arguments.of(new FaultyProcessors.SharedField(), "keys share something, such as a field"),
                Arguments.of(new FaultyProcessors.FieldByKey(), "something is kept outside of the state"),
                Arguments.of(new FaultyProcessors.HashOrder(), "the state codec does not store all of the state"),
                Arguments.of(new FaultyProcessors.EmptyTooEarly(), "isEmpty is true of a state that goes on otherwise"),
                Arguments.of(new FaultyProcessors.EmptyWithTimer(), "true, with a timer at 1970-01-01T00:00:00.00000"),
                Arguments.of(
                        new FaultyProcessors.TimerStands(), "nextTimer after the timer at 1970-01-01T00:00:00.00000"),
                Arguments.of(
                        new FaultyProcessors.TimerAtRecord(),
                        "nextTimer after the record at 1970-01-01T00:00:00.00000"),
                Arguments.of(new FaultyProcessors.TimerForEver(), "1000000 timers have fired since the last record"),
                Arguments.of(new FaultyProcessors.TooEarly(), "expected: a time from 1970-01-01T00:00:00.00000"),
                Arguments.of(new FaultyProcessors.TooLate(), "expected: a time from 1970-01-01T00:00:00.00000"),
                Arguments.of(new FaultyProcessors.GoesBack(), "the time given last for the key"),
                Arguments.of(new FaultyProcessors.UndeclaredSide(), "emitted to side output spare"),
                Arguments.of(new FaultyProcessors.GivesStateAway(), "changed after it was given out"),
                Arguments.of(new FaultyProcessors.Throws(), "java.lang.IllegalStateException: no luck"),
                Arguments.of(new FaultyProcessors.Silent(), "no results in 10 rounds from seed 1"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("faults")
    void namesTheFault(KeyedProcessor<String, Double, ?, ?> processor, String message) {
        AssertionError failure = failureOf(verifier(processor));
        assertThat(failure).hasMessageContaining(message);
        assertThat(failure).hasMessageContaining(processor.getClass().getName());
    }

    @Test
    void findsAProcessorThatChangesRecords() {
        assertThat(failureOf(ProcessorVerifier.of(
                        new FaultyProcessors.ChangesRecords(), List.of(new Item<>("a", 5, new double[] {1})))))
                .hasMessageContaining(
                        "key a: the record at 1970-01-01T00:00:00.000000005Z was changed by the processor")
                .hasMessageContaining("before: double[1.0]")
                .hasMessageContaining("after:  double[2.0]");
    }

    @Test
    void saysHowToRepeatAFailureAndWhichResultDiffers() {
        AssertionError failure =
                failureOf(verifier(new FaultyProcessors.ForgetsCount()).withSeed(7));
        assertThat(failure)
                .hasMessageContaining("seed 7 (repeat with withSeed(7).withRounds(1))")
                .hasMessageContaining("fed record by record, with the state written and read before each call: key ")
                .hasMessageContaining("result 1 is not that of feeding each key alone, record by record")
                .hasMessageContaining("count=2, why=record]")
                .hasMessageContaining("count=1, why=record]");
        assertThat(failureOf(verifier(new FaultyProcessors.ForgetsCount())
                        .withSeed(7)
                        .withRounds(1)))
                .hasMessage(failure.getMessage());
    }

    private static final class Counting implements Processor<Double, Double> {
        private static final long serialVersionUID = 1L;
        private int count;

        @Override
        public Double process(Double value) {
            return value + count++;
        }
    }

    private static final class CountingForAll implements Processor<Double, Double> {
        private static final long serialVersionUID = 1L;
        private static int count;

        @Override
        public Double process(Double value) {
            return value + count++;
        }
    }

    @Test
    void acceptsAFunctionAsAPlainProcessor() {
        ProcessorVerifier.of((Double value) -> value < 0 ? null : Math.sqrt(value), ProcessorVerifierTest::numbers)
                .withRounds(ROUNDS)
                .verify();
    }

    private static List<Double> numbers(long seed) {
        return new Random(seed).doubles(20, -1, 1).boxed().toList();
    }

    @Test
    void findsAPlainProcessorThatRemembers() {
        assertThat(failureOf(ProcessorVerifier.of(new Counting(), List.of(1.0, Double.NaN, 3.0))))
                .hasMessageContaining("fed all values, in order: value number 2: result 0")
                .hasMessageContaining("3.0")
                .hasMessageContaining("5.0")
                .hasMessageContaining("a field of the processor keeps something");
        assertThat(failureOf(ProcessorVerifier.of(new CountingForAll(), List.of(1.0, 2.0))))
                .hasMessageContaining("fed each value alone, a second time: value number 0: result 0")
                .hasMessageContaining("a static field, a clock");
    }

    @Test
    void refusesWhatItCannotRun() {
        assertThatThrownBy(() -> verifier(new FaultyProcessors.Sums()).withRounds(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rounds: 0");
        assertThatThrownBy(() -> ProcessorVerifier.of(
                                new FaultyProcessors.Sums(), List.of(new Item<>("a", Long.MAX_VALUE, 1.0)))
                        .verify())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time of Item[key=a, time=9223372036854775807, value=1.0]");
    }
}
