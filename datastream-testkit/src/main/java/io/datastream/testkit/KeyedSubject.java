package io.datastream.testkit;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.codec.Codec;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.KeyedProcessor.Order;
import io.datastream.testkit.FeedingWay.Moves;
import io.datastream.testkit.PipelineDriver.Commits;
import io.datastream.testkit.ProcessorVerifier.Item;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A keyed processor under test. */
final class KeyedSubject<K, I> extends VerifierSubject<Item<K, I>> {
    private static final String OUTSIDE =
            "something besides key, records and state decides, such as a static field, a clock, randomness or identity";
    private static final String SHARED = "keys share something, such as a field of the processor";
    private static final String EMPTY = "isEmpty is true of a state that goes on otherwise than a new one";
    private static final String CODEC = "the state codec does not store all of the state";
    private static final String ARRIVAL = "something kept outside of the state depends on how records arrive";
    private static final String CRASH = "something is kept outside of the state, or is not stored by its codec";

    private static final FeedingWay ALONE = FeedingWay.of("each key alone, record by record", OUTSIDE);

    private final KeyedProcessor<Object, Object, Object, Object> processor;
    private final @Nullable Codec<Object> keyCodec;

    @SuppressWarnings("unchecked")
    KeyedSubject(KeyedProcessor<? super K, ? super I, ?, ?> processor, @Nullable Codec<K> keyCodec) {
        this.processor = (KeyedProcessor<Object, Object, Object, Object>) processor;
        this.keyCodec = (Codec<Object>) keyCodec;
    }

    @Override
    public String toString() {
        return "processor " + processor.getClass().getName() + " \"" + processor.name() + "\"";
    }

    @Override
    String describe(Object group) {
        return "key " + group;
    }

    @Override
    void checkInput(List<Item<K, I>> items) {
        for (Item<K, I> item : items) {
            if (item.time() < EventTime.EARLIEST || item.time() >= EventTime.LATEST) {
                throw new IllegalArgumentException("time of " + item + ": " + item.time() + " (expected: from "
                        + EventTime.EARLIEST + " to " + EventTime.LATEST + " nanoseconds)");
            }
        }
    }

    @Override
    long verify(List<Item<K, I>> items, long seed) {
        checkDeclarations();
        boolean ordered = processor.order() == Order.EVENT_TIME;
        List<Fed> records = new ArrayList<>();
        for (Item<K, I> item : items) {
            records.add(new Fed(records.size(), item.key(), item.time(), item.value()));
        }
        if (ordered) {
            records.sort(Comparator.comparingLong(Fed::time));
        }
        Random random = new Random(seed);
        List<Object> keys = new ArrayList<>(
                new LinkedHashSet<>(records.stream().map(Fed::key).toList()));
        FeedingWay alone = ordered ? ALONE : asGiven(ALONE);
        Map<Object, List<Got>> expected = alone(alone, records, keys, random);
        Collections.reverse(keys);
        FeedingWay repeated = alone.again();
        compare(repeated, alone, expected, alone(repeated, records, keys, random));
        for (FeedingWay way : ordered ? ways(records, random) : waysAsGiven(random)) {
            Map<Object, List<Got>> actual = new LinkedHashMap<>();
            run(way, records, any -> true, random, actual);
            compare(way, alone, expected, actual);
        }
        return count(expected);
    }

    private void checkDeclarations() {
        long delay = processor.outputDelayNanos();
        if (delay < 0) {
            throw new AssertionError("outputDelayNanos: " + delay + " (expected: 0 or more)");
        }
        int version = processor.stateCodec().version();
        if (version < 0 || version > 255) {
            throw new AssertionError("version of the state codec: " + version + " (expected: from 0 to 255)");
        }
    }

    private void compare(
            FeedingWay way, FeedingWay alone, Map<Object, List<Got>> expected, Map<Object, List<Got>> actual) {
        try {
            compare(alone, expected, actual, way.blame());
        } catch (AssertionError e) {
            throw in(way, e);
        }
    }

    private Map<Object, List<Got>> alone(FeedingWay way, List<Fed> records, List<Object> keys, Random random) {
        boolean ordered = processor.order() == Order.EVENT_TIME;
        Map<Object, List<Got>> results = new LinkedHashMap<>();
        for (Object key : keys) {
            Predicate<Fed> own = fed -> fed.key().equals(key);
            if (ordered) {
                run(way, records.stream().filter(own).toList(), any -> true, random, results);
            } else {
                // the watermark moves as it does with all records, since timers fire at its moves
                run(way, records, own, random, results);
            }
        }
        return results;
    }

    private void run(
            FeedingWay way, List<Fed> records, Predicate<Fed> pushed, Random random, Map<Object, List<Got>> results) {
        try {
            List<Snapshot> before = snapshots(records);
            TestSink<Emission> sink = TestSink.named("results");
            Stream<Fed> stream = Pipeline.from(TestSource.<Fed>named(SOURCE)
                    .eventTimeNanos(Fed::time)
                    .disorderUpTo(Duration.ofNanos(way.disorderNanos())));
            WatchedProcessor watched =
                    new WatchedProcessor(processor, way.frees(), way.roundTrips(), new Random(random.nextLong()));
            Pipeline pipeline =
                    keyed(stream, way.shards() == 0).process(watched).to(sink);
            collect(new Feeder(way, records, random).feed(pipeline, sink, pushed), results, true);
            checkUnchanged(records, before);
        } catch (AssertionError | RuntimeException e) {
            throw in(way, e);
        }
    }

    private KeyedStream<Object, Fed> keyed(Stream<Fed> stream, boolean already) {
        Codec<Object> codec = keyCodec;
        if (codec == null) {
            return already ? stream.keyedBy(Fed::key) : stream.keyBy(Fed::key);
        }
        return already ? stream.keyedBy(Fed::key, codec) : stream.keyBy(Fed::key, codec);
    }

    /** With nothing changed in the order of the records and in the moves of the watermark between them. */
    private static FeedingWay asGiven(FeedingWay way) {
        return way.withMoves(Moves.NONE);
    }

    /** All ways for a processor that wants its records in order of time, the simplest first. */
    private static List<FeedingWay> ways(List<Fed> records, Random random) {
        List<FeedingWay> ways = new ArrayList<>(simpleWays(random));
        ways.add(FeedingWay.of("all at once, then one watermark", ARRIVAL)
                .freeing()
                .withMoves(Moves.NONE)
                .withBound(Long.MAX_VALUE));
        ways.add(FeedingWay.of("in batches of random sizes", ARRIVAL)
                .freeing()
                .withMoves(Moves.SOME)
                .withBound(Long.MAX_VALUE));
        ways.add(FeedingWay.of("on one partition", ARRIVAL)
                .freeing()
                .withMoves(Moves.NONE)
                .withDisorder(bound(records, random)));
        ways.add(FeedingWay.of("spread", ARRIVAL)
                .freeing()
                .withMoves(Moves.SOME)
                .withDisorder(bound(records, random))
                .over(2 + random.nextInt(3), random.nextInt(4)));
        ways.add(
                FeedingWay.of("record by record, with crashes", CRASH).freeing().withCrashes(0.3, 0.2, kind(random)));
        ways.add(FeedingWay.of("with crashes and the state written and read at random", CRASH)
                .freeing()
                .withRoundTrips(random.nextDouble())
                .withMoves(Moves.SOME)
                .withDisorder(bound(records, random))
                .over(1 + random.nextInt(3), random.nextInt(4))
                .withCrashes(random.nextDouble() / 4, random.nextDouble() / 4, kind(random)));
        return ways;
    }

    /** All ways for a processor that takes records as they arrive; a commit after each record leaves none to read again. */
    private static List<FeedingWay> waysAsGiven(Random random) {
        List<FeedingWay> ways = new ArrayList<>(
                simpleWays(random).stream().map(KeyedSubject::asGiven).toList());
        ways.add(asGiven(FeedingWay.of("record by record, with crashes", CRASH))
                .freeing()
                .withCrashes(1, 0.2, kind(random)));
        return ways;
    }

    private static List<FeedingWay> simpleWays(Random random) {
        return List.of(
                FeedingWay.of("all keys together, record by record", SHARED),
                FeedingWay.of("record by record, with empty states freed", EMPTY)
                        .freeing(),
                FeedingWay.of("record by record, with the state written and read before each call", CODEC)
                        .withRoundTrips(1),
                FeedingWay.of("record by record, with the state written and read at random", CODEC)
                        .withRoundTrips(random.nextDouble()));
    }

    private static Commits kind(Random random) {
        return random.nextBoolean() ? Commits.CHANGES : Commits.SNAPSHOTS;
    }

    /** A bound of disorder that lets a random number of records change places. */
    private static long bound(List<Fed> records, Random random) {
        if (records.isEmpty()) {
            return 0;
        }
        int first = random.nextInt(records.size());
        int last = first + random.nextInt(records.size() - first);
        return EventTime.minus(records.get(last).time(), records.get(first).time());
    }
}
