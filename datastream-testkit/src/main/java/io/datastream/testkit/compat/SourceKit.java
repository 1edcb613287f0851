package io.datastream.testkit.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.function.Fn;
import io.datastream.function.ToLongFn;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.RestartPolicy;
import io.datastream.sink.Sinks;
import io.datastream.sink.TopicSink;
import io.datastream.source.ReadableSource;
import io.datastream.source.Source;
import io.datastream.source.SourceReader;
import io.datastream.source.SourceReader.Status;
import io.datastream.testkit.Await;
import io.datastream.testkit.ManualClock;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import io.datastream.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every source must do that can be read again: a test class extends this one and says which source is tested, and how
 * records come to where it reads.
 *
 * <ul>
 *   <li>Order and positions: each record comes once, in its order, at an offset that is higher than the one before.
 *   <li>Resume: a reader that is opened at the position after any record gives all that follow, and none again; also in
 *       another process.
 *   <li>Crash and replay: reading again gives the same records with the same bytes at the same offsets; a pipeline that fails
 *       in the middle and goes on from its last commit gives the results of one that was never disturbed.
 *   <li>The end: a source that ends stays at its end; one that does not says when it has read all there is, and takes what
 *       comes later.
 *   <li>Idleness: a source that ends, or falls quiet, does not hold windows back.
 *   <li>Back-pressure: a source hands out no more than it is asked for, and holds no more than it says while a pipeline is
 *       slow.
 *   <li>Bad records are named with their place and what is wrong, and stop no other one.
 *   <li>Close while busy: a reader can be closed at any time, and more than once.
 * </ul>
 *
 * <p>Each test needs an empty place to read from: make one before each test. Tests of things that a source does not have, such
 * as records that are malformed, are skipped.
 *
 * @param <T> the records; equal if they are the same
 */
@Timeout(300)
public abstract class SourceKit<T> {
    private static final long START_NANOS = 1_704_067_200L * 1_000_000_000L; // 2024
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int FEW = 10;

    @TempDir
    Path checkpoints;

    /** For subclasses. */
    protected SourceKit() {}

    /** The source that is tested, made anew each time as by another process, for the place of this test. */
    protected abstract ReadableSource<T> source() throws Exception;

    /**
     * A record. Those of different numbers are different.
     *
     * @param number from 0
     */
    protected abstract T record(int number);

    /**
     * Adds records at the end of what the source reads, also none. Called before the source is opened, and later again if it
     * does not end.
     */
    protected abstract void feed(List<T> records) throws Exception;

    /**
     * Adds a record at the end that cannot be decoded, before the source is opened.
     *
     * @return false if there is no such record; then nothing is added, and the tests of it are skipped
     */
    protected boolean feedMalformed() throws Exception {
        return false;
    }

    /** Ends what a crash of the process would end, and brings it back. Default: there is nothing but the source. */
    protected void restart() throws Exception {}

    /**
     * How many records the source holds in memory that were not handed out yet; the test is that there are at most {@link
     * #readAhead} of them. Negative, the default, for a source that reads when it is asked.
     */
    protected long held() {
        return -1;
    }

    /** How many records the source may hold in memory that were not handed out yet. */
    protected long readAhead() {
        return 0;
    }

    /** How many records are more than a few, from 300. Default: 3000. */
    protected int many() {
        return 3_000;
    }

    /** How long is waited for records, windows and ends, which come at once where all is well. Default: 90 seconds. */
    protected Duration patience() {
        return Duration.ofSeconds(90);
    }

    /** Texts that must not be in what the source says of itself, such as its password. */
    protected List<String> secrets() {
        return List.of();
    }

    @Test
    final void handsOutEachRecordInItsOrder() throws Exception {
        feed(records(0, many()));
        Read<T> read = readAll(source(), many(), 7);
        assertThat(read.malformed).as("malformed").isEmpty();
        assertThat(numbers(read.values())).containsExactlyInAnyOrderElementsOf(upTo(many()));
        for (List<Item<T>> partition : read.partitions) {
            assertThat(numbers(values(partition))).as("order in a partition").isSorted();
        }
    }

    @Test
    final void hasNothingWhereThereIsNothing() throws Exception {
        feed(List.of());
        assertThat(readAll(source(), 0, 10).values()).isEmpty();
    }

    @Test
    final void handsOutNoMoreThanItIsAskedFor() throws Exception {
        feed(records(0, many()));
        for (int max : new int[] {1, 2, 300}) {
            Read<T> read = readAll(source(), many(), max);
            assertThat(read.largestBatch).as("records of a poll of %d", max).isLessThanOrEqualTo(max);
            restart();
        }
    }

    @Test
    final void goesOnAfterEachRecord() throws Exception {
        int count = FEW * 3;
        feed(records(0, count));
        List<List<Item<T>>> all = readAll(source(), count, count).partitions;
        for (int partition = 0; partition < all.size(); partition++) {
            List<Item<T>> items = all.get(partition);
            for (int from = 0; from <= items.size(); from++) {
                restart();
                long position = from == 0 ? 0 : items.get(from - 1).offset + 1;
                List<Item<T>> rest = readPartition(source(), partition, position, items.size() - from);
                assertThat(rest).as("from position %d", position).isEqualTo(items.subList(from, items.size()));
            }
        }
    }

    @Test
    final void givesTheSameAgain() throws Exception {
        feed(records(0, many()));
        Read<T> first = readAll(source(), many(), 256);
        restart();
        Read<T> second = readAll(source(), many(), 11);
        assertThat(second.partitions).isEqualTo(first.partitions);
    }

    @Test
    final void stopsInTheMiddleAndGoesOnInAnotherReader() throws Exception {
        feed(records(0, many()));
        ReadableSource<T> source = source();
        Assumptions.assumeTrue(source.isBounded() || source.partitions() == 1, "records may come in any partition");
        List<T> seen = new ArrayList<>();
        for (int partition = 0; partition < source.partitions(); partition++) {
            long position = 0;
            boolean more = true;
            while (more) {
                Read<T> read = new Read<>(patience());
                int wanted = Math.max(1, many() / 5);
                try (SourceReader<T> reader = source().open(partition, position)) {
                    more = read.take(reader, partition, position, wanted, source.isBounded());
                }
                List<Item<T>> items = read.partitions.get(partition);
                position = items.isEmpty() ? position : items.get(items.size() - 1).offset + 1;
                seen.addAll(values(items));
                more &= seen.size() < many();
                restart();
            }
        }
        assertThat(numbers(seen)).containsExactlyInAnyOrderElementsOf(upTo(many()));
    }

    @Test
    final void staysAtItsEnd() throws Exception {
        feed(records(0, FEW));
        ReadableSource<T> source = source();
        Assumptions.assumeTrue(source.isBounded(), "it does not end");
        for (int partition = 0; partition < source.partitions(); partition++) {
            Read<T> read = new Read<>(patience());
            try (SourceReader<T> reader = source.open(partition, 0)) {
                read.take(reader, partition, 0, Integer.MAX_VALUE, true);
                int before = read.size();
                for (int i = 0; i < 3; i++) {
                    assertThat(reader.poll(10, read.collector(partition, 0))).isEqualTo(Status.END);
                }
                assertThat(read.size()).isEqualTo(before);
            }
        }
    }

    @Test
    final void takesWhatComesLater() throws Exception {
        feed(records(0, FEW));
        ReadableSource<T> source = source();
        Assumptions.assumeFalse(source.isBounded(), "it ends");
        Assumptions.assumeTrue(source.partitions() == 1, "records may come in any partition");
        Read<T> read = new Read<>(patience());
        try (SourceReader<T> reader = source.open(0, 0)) {
            for (int round = 1; round <= 3; round++) {
                read.take(reader, 0, 0, round * FEW, false);
                awaitQuiet(reader, read.collector(0, 0));
                assertThat(numbers(read.values())).isEqualTo(upTo(round * FEW));
                feed(records(round * FEW, (round + 1) * FEW));
            }
            read.take(reader, 0, 0, 4 * FEW, false);
        }
        assertThat(numbers(read.values())).isEqualTo(upTo(4 * FEW));
    }

    @Test
    final void namesABadRecordAndHandsOutItsNeighbours() throws Exception {
        feedWithABadOne();
        ReadableSource<T> source = source();
        Read<T> read = readAll(source, FEW * 2 + 1, 4);
        assertThat(numbers(read.values())).containsExactlyInAnyOrderElementsOf(upTo(FEW * 2));
        assertThat(read.malformed).hasSize(1);
        assertThat(read.malformed.get(0)).isNotBlank().hasSizeLessThan(1_000);

        restart();
        Read<T> again = readAll(source(), FEW * 2 + 1, 100);
        assertThat(again.partitions).isEqualTo(read.partitions);
        assertThat(again.malformed).isEqualTo(read.malformed);
    }

    @Test
    final void aBadRecordGoesToTheDeadLetters() throws Exception {
        feedWithABadOne();
        ReadableSource<T> source = source();
        Queue<T> results = new ConcurrentLinkedQueue<>();
        Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.from(dated(source).onError(ErrorPolicy.deadLetter()))
                .to(Sinks.collectInto(results))
                .deadLettersTo(Sinks.collectInto(letters));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            awaitOrFail(controller, "all results", () -> results.size() >= FEW * 2 && !letters.isEmpty());
        }
        assertThat(numbers(results)).containsExactlyInAnyOrderElementsOf(upTo(FEW * 2));
        assertThat(letters).hasSize(1);
        assertThat(letters.element().place()).matches(place -> isPlaceOf(source, place), "a place of the source");
    }

    @Test
    final void aBadRecordFailsAPipelineThatSaysNothingElseAndIsNamed() throws Exception {
        feedWithABadOne();
        ReadableSource<T> source = source();
        Pipeline pipeline = Pipeline.from(dated(source)).to(Sinks.collectInto(new ConcurrentLinkedQueue<>()));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            Await.until("the failure", patience(), () -> controller.failure().isPresent());
            String message = String.valueOf(controller.failure().orElseThrow().getMessage());
            assertThat(message).matches(text -> isPlaceOf(source, text), "names a place of the source");
        }
    }

    @Test
    final void canBeClosedWhileItIsBusy() throws Exception {
        feed(records(0, many()));
        ReadableSource<T> source = source();
        for (int partition = 0; partition < source.partitions(); partition++) {
            SourceReader<T> reader = source.open(partition, 0);
            reader.poll(3, new Read<T>(patience()).collector(partition, 0));
            reader.close();
            assertThatCode(reader::close).doesNotThrowAnyException();
        }
        assertThat(numbers(readAll(source(), many(), 100).values())).containsExactlyInAnyOrderElementsOf(upTo(many()));
    }

    @Test
    final void worksInAnotherProcess() throws Exception {
        feed(records(0, FEW));
        ReadableSource<T> copy = Shipped.copy(source());
        assertThat(numbers(readAll(copy, FEW, 100).values())).containsExactlyInAnyOrderElementsOf(upTo(FEW));
    }

    @Test
    final void tellsItsNamesAndNoSecret() throws Exception {
        feed(List.of());
        ReadableSource<T> source = source();
        assertThat(source.name()).isNotBlank();
        assertThat(source.partitions()).isPositive();
        HashSet<String> names = new HashSet<>();
        for (int partition = 0; partition < source.partitions(); partition++) {
            String name = source.partitionName(partition);
            assertThat(name).isNotBlank();
            assertThat(names.add(name)).as("the only partition called %s", name).isTrue();
            secrets().forEach(secret -> assertThat(name).doesNotContain(secret));
        }
        secrets().forEach(secret -> assertThat(source + source.name()).doesNotContain(secret));
    }

    @Test
    final void doesNotHoldWindowsBackAtItsEndOrWhenItIsQuiet() throws Exception {
        feed(records(0, FEW));
        ReadableSource<T> source = source();
        ManualClock clock = ManualClock.at("2026-01-01T00:00:00Z");
        Queue<Windowed<String, Long>> results = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.from(
                        dated(source).disorderUpTo(Duration.ofSeconds(FEW)).idleAfter(Duration.ofSeconds(5)))
                .keyBy(any -> "all")
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.count())
                .to(Sinks.collectInto(results));
        try (PipelineController controller =
                LocalRuntime.create().withClock(clock).start(pipeline)) {
            awaitOrFail(controller, "all windows", () -> {
                clock.advance(Duration.ofSeconds(1));
                return results.size() >= FEW;
            });
        }
        assertThat(results).extracting(Windowed::value).hasSize(FEW).containsOnly(1L);
    }

    @Test
    final void readsNoMoreWhileThePipelineStandsStill() throws Exception {
        feed(records(0, many()));
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Counting<T> source = new Counting<>(source());
        Queue<T> results = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = Pipeline.from(dated(source))
                .filter(any -> {
                    reached.countDown();
                    return goOn.await(patience().toSeconds(), TimeUnit.SECONDS);
                })
                .to(Sinks.collectInto(results));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            try {
                awaitOrFail(controller, "the first record", () -> reached.getCount() == 0);
                assertThat(source.counted.get()).as("records handed out").isEqualTo(1);
                assertThat(held()).as("records held").isLessThanOrEqualTo(readAhead());
            } finally {
                goOn.countDown();
            }
            awaitOrFail(controller, "all results", () -> results.size() >= many());
        }
        assertThat(numbers(results)).containsExactlyInAnyOrderElementsOf(upTo(many()));
    }

    @Test
    final void givesEachResultOnceAcrossACrashOfThePipeline() throws Exception {
        feed(records(0, many()));
        LocalRuntime runtime = LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(checkpoints).every(Duration.ofMillis(1)))
                .withRestarts(RestartPolicy.never());
        Topic results = runtime.topics().topic("results");
        CrashingStep<T> step = new CrashingStep<>(byRecord(), many() / 3, results);
        Codec<String> texts = Codec.utf8();
        while (results.end(0) < many()) {
            Pipeline pipeline = Pipeline.from(dated(source()))
                    .map(step)
                    .to(TopicSink.of("results", texts))
                    .named("kit");
            try (PipelineController controller = runtime.start(pipeline)) {
                Await.until(
                        "all results, or a crash",
                        patience(),
                        () -> results.end(0) >= many() || controller.failure().isPresent());
                if (controller.failure().isPresent()) {
                    assertThat(controller.failure().orElseThrow())
                            .as("the crash")
                            .hasStackTraceContaining(CrashingStep.MESSAGE);
                }
            }
            restart();
        }
        List<Integer> numbers =
                results.values(texts).stream().map(Integer::valueOf).toList();
        assertThat(numbers).containsExactlyInAnyOrderElementsOf(upTo(many()));
        if (source().partitions() == 1) {
            assertThat(numbers).as("their order").isSorted();
        }
    }

    /** Gives the number of each record, and fails a few times, each time after something was committed. */
    private static final class CrashingStep<T> implements Fn<T, String> {
        static final String MESSAGE = "a crash of the kit's making";
        private static final long serialVersionUID = 1L;

        private final transient Map<T, Integer> numbers;
        private final transient Topic committed;
        private final int every;
        private int crashes = 2;
        private int seen;
        private long before;

        CrashingStep(Map<T, Integer> numbers, int every, Topic committed) {
            this.numbers = numbers;
            this.every = every;
            this.committed = committed;
        }

        @Override
        public String apply(T value) {
            if (++seen > every && crashes > 0) {
                if (committed.end(0) > before) {
                    before = committed.end(0);
                    seen = 0;
                    crashes--;
                    throw new IllegalStateException(MESSAGE);
                }
                LockSupport.parkNanos(1_000_000); // the next commit comes between two batches
            }
            return String.valueOf(numbers.getOrDefault(value, -1));
        }
    }

    // reading

    /** A record as it was handed out. */
    private record Item<T>(long offset, T value, @Nullable List<Byte> original) {}

    /** What was read of all partitions. */
    private static final class Read<T> {
        private final Duration patience;
        final List<List<Item<T>>> partitions = new ArrayList<>();
        final List<String> malformed = new ArrayList<>();
        int largestBatch;
        private int batch;

        Read(Duration patience) {
            this.patience = patience;
        }

        List<T> values() {
            List<T> values = new ArrayList<>();
            partitions.forEach(partition -> values.addAll(SourceKit.values(partition)));
            return values;
        }

        int size() {
            return partitions.stream().mapToInt(List::size).sum() + malformed.size();
        }

        /**
         * Reads until so many were read of the partition, or to its end.
         *
         * @return whether there may be more
         */
        boolean take(SourceReader<T> reader, int partition, long position, int wanted, boolean bounded) {
            return take(reader, partition, position, wanted, Math.max(1, Math.min(wanted, 256)), bounded);
        }

        boolean take(SourceReader<T> reader, int partition, long position, int wanted, int max, boolean bounded) {
            SourceReader.Collector<T> collector = collector(partition, position);
            long start = System.nanoTime();
            while (size() < wanted) {
                int before = size();
                Status status = reader.poll(Math.min(max, wanted - before), collector);
                largestBatch = Math.max(largestBatch, batch);
                batch = 0;
                if (status == Status.END) {
                    assertThat(bounded).as("bounded, of a source that ends").isTrue();
                    return false;
                }
                if (size() == before) {
                    assertThat(Duration.ofNanos(System.nanoTime() - start))
                            .as("%d of %d records after", size(), wanted)
                            .isLessThan(patience);
                    LockSupport.parkNanos(1_000_000);
                }
            }
            return true;
        }

        SourceReader.Collector<T> collector(int partition, long position) {
            while (partitions.size() <= partition) {
                partitions.add(new ArrayList<>());
            }
            List<Item<T>> items = partitions.get(partition);
            return new SourceReader.Collector<>() {
                private long next = items.isEmpty() ? position : items.get(items.size() - 1).offset + 1;

                @Override
                public void record(long offset, long logNanos, T value, byte @Nullable [] original) {
                    check(offset);
                    items.add(new Item<>(offset, value, list(original)));
                }

                @Override
                public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                    check(offset);
                    malformed.add(String.valueOf(error.getMessage()));
                }

                private void check(long offset) {
                    assertThat(offset).as("offset").isGreaterThanOrEqualTo(next);
                    next = offset + 1;
                    batch++;
                }
            };
        }

        private static @Nullable List<Byte> list(byte @Nullable [] bytes) {
            if (bytes == null) {
                return null;
            }
            List<Byte> list = new ArrayList<>(bytes.length);
            for (byte b : bytes) {
                list.add(b);
            }
            return list;
        }
    }

    /** Reads all partitions: to their end, or until so many were read and no more come. */
    private Read<T> readAll(ReadableSource<T> source, int count, int max) {
        Read<T> read = new Read<>(patience());
        boolean bounded = source.isBounded();
        List<SourceReader<T>> readers = new ArrayList<>();
        try {
            for (int partition = 0; partition < source.partitions(); partition++) {
                readers.add(source.open(partition, 0));
            }
            if (bounded || readers.size() == 1) {
                for (int partition = 0; partition < readers.size(); partition++) {
                    int wanted = bounded ? Integer.MAX_VALUE : count;
                    read.take(readers.get(partition), partition, 0, wanted, max, bounded);
                }
            } else {
                Await.until("records of all partitions", patience(), () -> {
                    for (int partition = 0; partition < readers.size(); partition++) {
                        readers.get(partition).poll(max, read.collector(partition, 0));
                        read.largestBatch = Math.max(read.largestBatch, read.batch);
                        read.batch = 0;
                    }
                    return read.size() >= count;
                });
            }
            if (!bounded) {
                for (int partition = 0; partition < readers.size(); partition++) {
                    awaitQuiet(readers.get(partition), read.collector(partition, 0));
                    read.batch = 0;
                }
            }
        } finally {
            readers.forEach(SourceReader::close);
        }
        return read;
    }

    private List<Item<T>> readPartition(ReadableSource<T> source, int partition, long position, int count) {
        Read<T> read = new Read<>(patience());
        try (SourceReader<T> reader = source.open(partition, position)) {
            boolean bounded = source.isBounded();
            read.take(reader, partition, position, bounded ? Integer.MAX_VALUE : count, bounded);
            if (!bounded) {
                awaitQuiet(reader, read.collector(partition, position));
            }
        }
        return read.partitions.get(partition);
    }

    private void awaitQuiet(SourceReader<T> reader, SourceReader.Collector<T> collector) {
        Await.until("the end of what is there", patience(), () -> reader.poll(100, collector) == Status.CAUGHT_UP);
    }

    // records

    private void feedWithABadOne() throws Exception {
        feed(records(0, FEW));
        Assumptions.assumeTrue(feedMalformed(), "there is no malformed record");
        feed(records(FEW, FEW * 2));
    }

    private List<T> records(int from, int to) {
        List<T> records = new ArrayList<>(to - from);
        for (int number = from; number < to; number++) {
            records.add(record(number));
        }
        return records;
    }

    private static List<Integer> upTo(int count) {
        List<Integer> numbers = new ArrayList<>(count);
        for (int number = 0; number < count; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    private Map<T, Integer> byRecord() {
        Map<T, Integer> numbers = new HashMap<>();
        int count = Math.max(many(), 4 * FEW);
        for (int number = 0; number < count; number++) {
            assertThat(numbers.put(record(number), number))
                    .as("another record like number %d", number)
                    .isNull();
        }
        return numbers;
    }

    /** The numbers of records; -1 for one that was never fed. */
    private List<Integer> numbers(Collection<T> values) {
        Map<T, Integer> known = byRecord();
        List<Integer> numbers = new ArrayList<>(values.size());
        for (T value : values) {
            numbers.add(known.getOrDefault(value, -1));
        }
        return numbers;
    }

    private static <T> List<T> values(List<Item<T>> items) {
        return items.stream().map(Item::value).toList();
    }

    /** Each record a second after the one before. */
    private Source<T> dated(ReadableSource<T> source) {
        Map<T, Integer> known = byRecord();
        ToLongFn<T> time = value -> START_NANOS + known.getOrDefault(value, -1) * SECOND_NANOS;
        return source.eventTimeNanos(time);
    }

    private static boolean isPlaceOf(ReadableSource<?> source, String text) {
        for (int partition = 0; partition < source.partitions(); partition++) {
            if (text.contains(source.partitionName(partition) + "@")) {
                return true;
            }
        }
        return false;
    }

    private void awaitOrFail(PipelineController controller, String what, Callable<Boolean> condition) {
        Await.until(
                what, patience(), () -> condition.call() || controller.failure().isPresent());
        controller.failure().ifPresent(failure -> {
            throw new AssertionError("the pipeline failed: " + failure, failure);
        });
    }

    /** Counts what a source hands out. */
    private static final class Counting<T> implements ReadableSource<T> {
        private static final long serialVersionUID = 1L;

        private final ReadableSource<T> source;
        final AtomicInteger counted = new AtomicInteger();

        Counting(ReadableSource<T> source) {
            this.source = source;
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public int partitions() {
            return source.partitions();
        }

        @Override
        public String partitionName(int partition) {
            return source.partitionName(partition);
        }

        @Override
        public boolean isBounded() {
            return source.isBounded();
        }

        @Override
        public SourceReader<T> open(int partition, long position) {
            SourceReader<T> reader = source.open(partition, position);
            return new SourceReader<>() {
                @Override
                public Status poll(int max, Collector<? super T> out) {
                    return reader.poll(max, new Collector<T>() {
                        @Override
                        public void record(long offset, long logNanos, T value, byte @Nullable [] original) {
                            counted.incrementAndGet();
                            out.record(offset, logNanos, value, original);
                        }

                        @Override
                        public void malformed(
                                long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                            out.malformed(offset, logNanos, error, original);
                        }
                    });
                }

                @Override
                public void close() {
                    reader.close();
                }
            };
        }
    }
}
