package io.datastream.testkit;

import io.datastream.codec.Codec;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.Processor;
import io.datastream.time.EventTime;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Feeds a processor the same records in many ways, and checks that it gives the same results in all of them.
 *
 * <pre>{@code
 * ProcessorVerifier.of(new MyProcessor(), seed -> randomItems(seed)).withRounds(50).verify();
 * }</pre>
 *
 * <p><b>Keyed processors.</b> What each key gives alone, record by record, is what is expected. It is compared with:
 * each key alone a second time; all keys together; states freed when {@link KeyedProcessor#isEmpty} says so; states
 * written and read back by the codec at random moments; all records before one watermark; batches of random sizes;
 * records out of order within the bound that the source declares; several partitions and tasks; commits and crashes at
 * random moments; and all of this at once. The pipelines run on the real engine, by {@link PipelineDriver}. Of a
 * processor that wants its records as they {@linkplain KeyedProcessor.Order#ARRIVAL arrive}, the order of records and
 * the watermark between them stay as given, and the ways that would change them are left out.
 *
 * <p>For each key the results must be the same, in the same order, at the same times, on the same outputs; numbers are
 * compared by their bits, and {@code NaN} equals {@code NaN}. Records, collections, maps, optionals and arrays are
 * compared by what is in them; other classes by their {@code equals}, or by their fields if they have none of their own.
 * Besides, in each call it is checked that
 *
 * <ul>
 *   <li>results have times that {@link io.datastream.processor.Emitter#emit(long, Object)} allows, and side outputs are
 *       declared;
 *   <li>{@link KeyedProcessor#nextTimer} moves on, gives the same answer twice, and is not set in a state that is empty;
 *   <li>the state codec writes the same bytes twice, reads all of them, and writes what it has read as the same bytes,
 *       with the same timer; its version is between 0 and 255;
 *   <li>a record is not changed by the processor, nor a result after it was given out.
 * </ul>
 *
 * <p><b>Processors</b> without a key must give the same result for a value alone, among others in any order, in any
 * partition, and after a crash.
 *
 * <p><b>Limits.</b> The records must be ones that the processor accepts: an exception is a failure. Timers that go on for
 * ever are one too, since the input ends. Whether results are <em>right</em> takes a test of another kind, such as a
 * slow and obvious model.
 *
 * <p><b>Cost.</b> A round runs about a dozen pipelines over the input, and one for each key, twice: about 20
 * milliseconds for 100 records. Immutable; each {@code withX} returns a changed copy.
 *
 * @param <T> what the input consists of
 */
public final class ProcessorVerifier<T> {
    /** The seed of the first round when nothing else is said. */
    public static final long DEFAULT_SEED = 1;

    /** The number of rounds when nothing else is said. */
    public static final int DEFAULT_ROUNDS = 20;

    private final VerifierSubject<T> subject;
    private final LongFunction<? extends List<? extends T>> input;
    private final long seed;
    private final int rounds;

    private ProcessorVerifier(
            VerifierSubject<T> subject, LongFunction<? extends List<? extends T>> input, long seed, int rounds) {
        this.subject = subject;
        this.input = input;
        this.seed = seed;
        this.rounds = rounds;
    }

    private static <T> ProcessorVerifier<T> with(
            VerifierSubject<T> subject, LongFunction<? extends List<? extends T>> input) {
        return new ProcessorVerifier<>(subject, input, DEFAULT_SEED, DEFAULT_ROUNDS);
    }

    /**
     * A verifier with the same records in each round. A processor that wants order of time gets them sorted by time, with
     * those of equal times in the order given.
     */
    public static <K, I> ProcessorVerifier<Item<K, I>> of(
            KeyedProcessor<? super K, ? super I, ?, ?> processor, List<Item<K, I>> items) {
        List<Item<K, I>> copy = List.copyOf(items);
        return with(new KeyedSubject<>(processor, null), any -> copy);
    }

    /** A verifier with records that are made from the seed of each round. */
    public static <K, I> ProcessorVerifier<Item<K, I>> of(
            KeyedProcessor<? super K, ? super I, ?, ?> processor, LongFunction<List<Item<K, I>>> items) {
        return with(new KeyedSubject<>(processor, null), items);
    }

    /** A verifier with records that are made from the seed of each round, whose keys this codec writes and reads. */
    public static <K, I> ProcessorVerifier<Item<K, I>> of(
            KeyedProcessor<? super K, ? super I, ?, ?> processor,
            Codec<K> keyCodec,
            LongFunction<List<Item<K, I>>> items) {
        return with(new KeyedSubject<>(processor, keyCodec), items);
    }

    /** A verifier of a processor without a key, with the same values in each round. */
    public static <I> ProcessorVerifier<I> of(Processor<? super I, ?> processor, List<I> values) {
        List<I> copy = List.copyOf(values);
        return with(new PlainSubject<>(processor), any -> copy);
    }

    /** A verifier of a processor without a key, with values that are made from the seed of each round. */
    public static <I> ProcessorVerifier<I> of(Processor<? super I, ?> processor, LongFunction<List<I>> values) {
        return with(new PlainSubject<>(processor), values);
    }

    /** The same verifier with another seed for its first round; the rounds after it take the numbers that follow. */
    public ProcessorVerifier<T> withSeed(long seed) {
        return new ProcessorVerifier<>(subject, input, seed, rounds);
    }

    /** The same verifier with another number of rounds, at least 1. Each has its own randomness. */
    public ProcessorVerifier<T> withRounds(int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: at least 1)");
        }
        return new ProcessorVerifier<>(subject, input, seed, rounds);
    }

    /**
     * Runs all rounds, up to the first failure.
     *
     * @throws AssertionError if the processor is at fault, or gives no results at all in any round; names the seed, the
     *     way of feeding, the key and the first result that differs
     * @throws IllegalArgumentException if a record has a time out of range
     */
    public void verify() {
        long results = 0;
        for (int round = 0; round < rounds; round++) {
            long now = seed + round;
            List<T> items = List.copyOf(input.apply(now));
            subject.checkInput(items);
            try {
                results += subject.verify(items, now);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        subject + ", seed " + now + " (repeat with withSeed(" + now + ").withRounds(1)): "
                                + (e instanceof AssertionError ? e.getMessage() : e.toString()),
                        e);
            }
        }
        if (results == 0) {
            throw new AssertionError(subject + ": no results in " + rounds + " rounds from seed " + seed
                    + " (expected: an input that makes some)");
        }
    }

    /**
     * A record for a keyed processor.
     *
     * @param key its key
     * @param time its event time, in nanoseconds since the epoch, from {@link EventTime#EARLIEST} to
     *     {@link EventTime#LATEST}
     * @param value what the processor gets
     * @param <K> type of the key
     * @param <I> type of the value
     */
    public record Item<K, I>(K key, long time, I value) {
        /** A record at an instant. */
        public static <K, I> Item<K, I> of(K key, Instant time, I value) {
            return new Item<>(key, EventTime.nanos(time), value);
        }
    }
}
