package io.datastream.testkit.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.datastream.Pipeline;
import io.datastream.codec.CodecException;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Receipt;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.assertj.core.util.Throwables;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every sink must do: a test class extends this one and says which sink is tested, with which results, and how to look
 * at what it has written.
 *
 * <ul>
 *   <li>Round trip: what was written is there after the flush, hostile values too, from several tasks, and by a sink that was
 *       sent to another process.
 *   <li>Order: of results with the same key the last one counts, or all are there in their order.
 *   <li>Bad input: a result that the target refuses is named, and stops no other one.
 *   <li>A crash between write and commit, or just after the commit, leaves what the sink's {@link Guarantee} promises.
 *   <li>Close while busy: a writer can be closed at any time, and more than once.
 *   <li>Back-pressure: while the server is away, a writer does not gather results without end.
 *   <li>Server away and back: nothing is lost, and nothing is there twice that must not be.
 * </ul>
 *
 * <p>Each test needs an empty target: make one before each test. Tests of things that a subclass does not have, such as a
 * server, are skipped.
 *
 * @param <T> the results; equal if they are the same
 */
@Timeout(300)
public abstract class SinkKit<T> {
    private static final long START_SECONDS = 1_704_067_200L; // 2024
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(60);

    /** For subclasses. */
    protected SinkKit() {}

    /** The server behind a sink, which can be away for a while. */
    public interface Server {
        /** Makes it go away, with what it has confirmed kept. */
        void stop() throws Exception;

        /** Brings it back, at the same address. */
        void start() throws Exception;
    }

    /** The sink that is tested, made anew each time, for the target of this test. */
    protected abstract Sink<T> sink();

    /**
     * A result. Results of different keys are kept side by side; one of the same key replaces the one before, if the sink
     * replaces at all.
     *
     * @param key from 0
     * @param version differs between results of the same key, and so do the results
     */
    protected abstract T result(int key, int version);

    /** All results in the target, read without the sink; where the sink adds results, those of a key in their order. */
    protected abstract List<T> contents() throws Exception;

    /** A result that the target refuses for good by its content; null if there is none. */
    protected abstract @Nullable T refused();

    /** Further results that must come back as they were written, the stranger the better; all of different keys. */
    protected List<T> strange() {
        return List.of();
    }

    /** The server of the target; null if there is none that can be away. */
    protected @Nullable Server server() {
        return null;
    }

    /** Whether a sink that is exactly once tells a writer from which another has taken over. Default: no, as with files. */
    protected boolean refusesZombies() {
        return false;
    }

    /** Event time of a result in nanoseconds since the epoch. Default: a second for each key. */
    protected long time(int key, int version) {
        return (START_SECONDS + key) * NANOS_PER_SECOND;
    }

    /** How many results make several batches. Default: 3000. */
    protected int many() {
        return 3_000;
    }

    /** Texts that must not be in what the sink says of itself, such as its password. */
    protected List<String> secrets() {
        return List.of();
    }

    @Test
    final void writesEachResult() throws Exception {
        List<T> all = new ArrayList<>(strange());
        all.addAll(results(all.size(), all.size() + 10));
        try (SinkWriter<T> writer = open(sink(), 0, 1, null)) {
            for (int key = 0; key < all.size(); key++) {
                T result = all.get(key);
                long time = time(key, 0);
                patiently(() -> writer.write(time, result));
            }
            end(writer);
        }
        assertThat(contents()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    final void writesNothingWhereThereIsNothing() throws Exception {
        try (SinkWriter<T> writer = open(sink(), 0, 1, null)) {
            end(writer);
        }
        assertThat(contents()).isEmpty();
    }

    @Test
    final void hasWhatWasFlushed() throws Exception {
        Assumptions.assumeTrue(guarantee() != Guarantee.EXACTLY_ONCE, "what is exactly once is seen at the end");
        try (SinkWriter<T> writer = open(sink(), 0, 1, null)) {
            for (int key = 0; key < 5; key++) {
                write(writer, key, 0);
                patiently(writer::flush);
                assertThat(contents()).hasSize(key + 1).contains(result(key, 0));
            }
        }
    }

    @Test
    final void writesManyResults() throws Exception {
        Model model = new Model();
        try (SinkWriter<T> writer = open(sink(), 0, 1, null)) {
            for (int key = 0; key < many(); key++) {
                model.write(writer, key, 0);
            }
            end(writer);
        }
        model.check(contents());
    }

    @Test
    final void keepsTheOrderOfTheResultsOfAKey() throws Exception {
        long seed = 20240607;
        Random random = new Random(seed);
        Model model = new Model();
        try (SinkWriter<T> writer = open(sink(), 0, 1, null)) {
            for (int i = 0; i < many(); i++) {
                model.write(writer, random.nextInt(20), i);
                if (random.nextInt(500) == 0) {
                    patiently(writer::flush);
                }
            }
            end(writer);
        }
        model.check(contents());
    }

    @Test
    final void takesTheResultsOfSeveralTasks() throws Exception {
        int tasks = 4;
        Sink<T> sink = sink();
        ExecutorService threads = Executors.newFixedThreadPool(tasks);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                int task = i;
                running.add(threads.submit(() -> {
                    try (SinkWriter<T> writer = open(sink, task, tasks, null)) {
                        for (int key = task; key < 200; key += tasks) {
                            write(writer, key, 0);
                        }
                        end(writer);
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(contents()).containsExactlyInAnyOrderElementsOf(results(0, 200));
    }

    @Test
    final void worksInAnotherProcess() throws Exception {
        try (SinkWriter<T> writer = open(Shipped.copy(sink()), 0, 1, null)) {
            write(writer, 0, 0);
            end(writer);
        }
        assertThat(contents()).containsExactly(result(0, 0));
    }

    @Test
    final void tellsItsNameAndNoSecret() {
        assertThat(sink().name()).isNotBlank();
        secrets().forEach(secret -> assertThat(sink() + sink().name()).doesNotContain(secret));
    }

    @Test
    final void writesTheNeighboursOfARefusedResult() throws Exception {
        T bad = bad();
        List<T> reported = new ArrayList<>();
        Supplier<Receipt> unknown = () -> {
            throw new IllegalStateException("a receipt was asked for outside of write");
        };
        List<Supplier<Receipt>> current = new ArrayList<>(List.of(unknown));
        SinkContext context = SinkContext.fresh("kit", "sink", 0, 1)
                .withReceipts(() -> current.get(0).get());
        try (SinkWriter<T> writer = open(sink(), context)) {
            for (int key = 0; key < 20; key++) {
                T result = key == 7 ? bad : result(key, 0);
                long time = time(key, 0);
                current.set(0, () -> error -> {
                    assertThat(error.getMessage()).as("message").isNotBlank();
                    checkNoSecret(error);
                    reported.add(result);
                });
                try {
                    patiently(() -> writer.write(time, result));
                } catch (CodecException e) {
                    reported.add(result);
                }
                current.set(0, unknown);
            }
            end(writer);
        }
        assertThat(reported).as("refused").containsExactly(bad);
        List<T> good = results(0, 20);
        good.remove(7);
        assertThat(contents()).containsExactlyInAnyOrderElementsOf(good);
    }

    @Test
    final void refusedResultsOfAPipelineGoToItsDeadLetters() throws Exception {
        T bad = bad();
        List<T> results = results(0, 20);
        results.set(7, bad);
        Sink<T> sink = sink();
        ConcurrentLinkedQueue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
        try (PipelineController controller = LocalRuntime.create()
                .start(Pipeline.from(ListSource.of(results).eventTimeNanos(result -> time(results.indexOf(result), 0)))
                        .to(sink, ErrorPolicy.deadLetter())
                        .deadLettersTo(Sinks.collectInto(letters)))) {
            controller.awaitTermination();
        }
        assertThat(letters).extracting(DeadLetter::place).containsExactly("list@7");
        results.remove(7);
        assertThat(contents()).containsExactlyInAnyOrderElementsOf(results);
    }

    @Test
    final void keepsItsPromiseAfterACrashBetweenWriteAndCommit() throws Exception {
        Model model = new Model();
        byte[] committed;
        SinkWriter<T> crashed = open(sink(), 0, 1, null);
        try (crashed) {
            for (int key = 0; key < 50; key++) {
                model.write(crashed, key, 0);
            }
            committed = commit(crashed);
            for (int key = 40; key < 90; key++) {
                write(crashed, key, 1);
            }
            patiently(crashed::flush);
            for (int key = 80; key < 120; key++) {
                write(crashed, key, 2);
            }
        }
        try (SinkWriter<T> writer = open(sink(), 0, 1, committed)) {
            for (int key = 40; key < 90; key++) {
                model.writeAgain(writer, key, 1);
            }
            for (int key = 80; key < 120; key++) {
                model.writeAgain(writer, key, 2);
            }
            end(writer);
        }
        model.check(contents());
    }

    @Test
    final void hasWhatWasCommittedAlthoughItCrashedBeforeItWasTold() throws Exception {
        Model model = new Model();
        byte[] committed;
        SinkWriter<T> crashed = open(sink(), 0, 1, null);
        try (crashed) {
            for (int key = 0; key < 20; key++) {
                model.write(crashed, key, 0);
            }
            commit(crashed);
            for (int key = 10; key < 50; key++) {
                model.write(crashed, key, 1);
            }
            patiently(crashed::flush);
            committed = crashed.snapshot();
        }
        for (int i = 0; i < 2; i++) { // the second one finds that the first has done it
            open(sink(), 0, 1, committed).close();
        }
        try (SinkWriter<T> writer = open(sink(), 0, 1, committed)) {
            for (int key = 40; key < 60; key++) {
                model.write(writer, key, 2);
            }
            end(writer);
        }
        model.check(contents());
    }

    @Test
    final void refusesAWriterFromWhichAnotherHasTakenOver() throws Exception {
        Assumptions.assumeTrue(guarantee() == Guarantee.EXACTLY_ONCE && refusesZombies(), "it cannot know");
        Model model = new Model();
        try (SinkWriter<T> frozen = open(sink(), 0, 1, null)) {
            for (int key = 0; key < 20; key++) {
                model.write(frozen, key, 0);
            }
            byte[] committed = commit(frozen);
            for (int key = 20; key < 40; key++) {
                write(frozen, key, 0);
            }
            patiently(frozen::flush);
            byte[] unheard = frozen.snapshot();
            assertThat(unheard).isNotEqualTo(committed);
            try (SinkWriter<T> other = open(sink(), 0, 1, committed)) {
                assertThat(tryOnce(frozen::committed))
                        .as("whether the first may still write")
                        .isFalse();
                for (int key = 20; key < 60; key++) {
                    model.write(other, key, 1);
                }
                end(other);
            }
        }
        model.check(contents());
    }

    @Test
    final void canBeClosedWhileItIsBusy() throws Exception {
        Model model = new Model();
        SinkWriter<T> busy = open(sink(), 0, 1, null);
        for (int key = 0; key < 50; key++) {
            write(busy, key, 0);
        }
        busy.close();
        assertThatCode(busy::close).doesNotThrowAnyException();
        try (SinkWriter<T> writer = open(sink(), 0, 1, null)) {
            for (int key = 0; key < 50; key++) {
                model.writeAgain(writer, key, 0);
            }
            end(writer);
        }
        model.check(contents());
    }

    @Test
    final void canBeClosedWhileTheServerIsAway() throws Exception {
        Server server = anyServer();
        SinkWriter<T> writer = open(sink(), 0, 1, null);
        write(writer, 0, 0);
        server.stop();
        try {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                Future<?> closing = thread.submit(writer::close);
                Await.until("the writer is closed", CLOSE_LIMIT, closing::isDone);
                assertThatCode(closing::get).doesNotThrowAnyException();
            } finally {
                thread.shutdownNow();
            }
        } finally {
            server.start();
        }
    }

    @Test
    final void doesNotGatherWithoutEndWhileTheServerIsAway() throws Exception {
        Server server = anyServer();
        Model model = new Model();
        try (SinkWriter<T> writer = open(sink(), 0, 1, null)) {
            model.write(writer, 0, 0);
            patiently(writer::flush);
            server.stop();
            int held = -1;
            for (int key = 1; key <= many() && held < 0; key++) {
                if (isTaken(writer, key)) {
                    model.noteAgain(key, 0);
                } else {
                    held = key;
                }
            }
            assertThat(held)
                    .as("which of %d results was held back by a retryable error", many())
                    .isPositive();
            server.start();
            model.writeAgain(writer, held, 0);
            end(writer);
        }
        model.check(contents());
    }

    private boolean isTaken(SinkWriter<T> writer, int key) {
        T result = result(key, 0);
        long time = time(key, 0);
        return tryOnce(() -> writer.write(time, result));
    }

    private boolean tryOnce(Runnable call) {
        try {
            call.run();
            return true;
        } catch (SinkException e) {
            assertThat(e.isRetryable()).as("whether another try helps: %s", e).isTrue();
            checkNoSecret(e);
            return false;
        }
    }

    @Test
    final void goesOnWhenTheServerIsBack() throws Exception {
        Server server = anyServer();
        Model model = new Model();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (SinkWriter<T> writer = open(sink(), 0, 1, null)) {
            for (int round = 0; round < 3; round++) {
                for (int key = 0; key < 50; key++) {
                    model.writeAgain(writer, key, round);
                }
                server.stop();
                tryOnce(writer::flush);
                Future<?> back = thread.submit(() -> {
                    server.start();
                    return null;
                });
                patiently(writer::flush);
                back.get();
            }
            end(writer);
        } finally {
            thread.shutdownNow();
        }
        model.check(contents());
    }

    private void checkNoSecret(Exception error) {
        secrets().forEach(secret -> assertThat(Throwables.getStackTrace(error)).doesNotContain(secret));
    }

    private T bad() {
        T bad = refused();
        Assumptions.assumeTrue(bad != null, "there is no result that the target refuses");
        return bad;
    }

    private Server anyServer() {
        Server server = server();
        Assumptions.assumeTrue(server != null, "there is no server that can be away");
        return server;
    }

    private Guarantee guarantee() {
        return sink().guarantee();
    }

    private List<T> results(int from, int to) {
        List<T> results = new ArrayList<>();
        for (int key = from; key < to; key++) {
            results.add(result(key, 0));
        }
        return results;
    }

    private static <T> SinkWriter<T> open(Sink<T> sink, int task, int tasks, byte @Nullable [] restored) {
        return open(sink, new SinkContext("kit", "sink", task, tasks, restored));
    }

    private static <T> SinkWriter<T> open(Sink<T> sink, SinkContext context) {
        List<SinkWriter<T>> opened = new ArrayList<>();
        patiently(() -> opened.add(sink.open(context)));
        return opened.get(0);
    }

    private void write(SinkWriter<T> writer, int key, int version) {
        T result = result(key, version);
        long time = time(key, version);
        patiently(() -> writer.write(time, result));
    }

    private static void end(SinkWriter<?> writer) {
        commit(writer);
        patiently(writer::complete);
    }

    /** Commits as a runtime does, and gives what it would store. */
    private static byte @Nullable [] commit(SinkWriter<?> writer) {
        patiently(writer::flush);
        byte[] committed = writer.snapshot();
        patiently(writer::committed);
        return committed;
    }

    /** Calls again, as a runtime does, while the sink says that another try may help. */
    private static void patiently(Runnable call) {
        SinkException[] last = new SinkException[1];
        try {
            Await.until("the sink", PATIENCE, () -> {
                try {
                    call.run();
                    return true;
                } catch (SinkException e) {
                    last[0] = e;
                    if (!e.isRetryable()) {
                        throw e;
                    }
                    return false;
                }
            });
        } catch (AssertionError e) {
            throw new AssertionError("still away after " + PATIENCE + ": " + last[0], last[0]);
        }
    }

    /** What should be in the target. */
    private final class Model {
        private final Map<Integer, List<T>> byKey = new LinkedHashMap<>();
        private final LinkedHashSet<T> perhapsTwice = new LinkedHashSet<>();

        void write(SinkWriter<T> writer, int key, int version) {
            SinkKit.this.write(writer, key, version);
            note(key, version);
        }

        /** Writes a result that may be there already, where the sink promises no more than that it is there. */
        void writeAgain(SinkWriter<T> writer, int key, int version) {
            SinkKit.this.write(writer, key, version);
            noteAgain(key, version);
        }

        void noteAgain(int key, int version) {
            note(key, version);
            perhapsTwice.add(result(key, version));
        }

        private void note(int key, int version) {
            byKey.computeIfAbsent(key, any -> new ArrayList<>()).add(result(key, version));
        }

        void check(List<T> actual) {
            List<T> expected = new ArrayList<>();
            Guarantee guarantee = guarantee();
            byKey.values()
                    .forEach(results -> expected.addAll(
                            guarantee == Guarantee.EFFECTIVELY_ONCE
                                    ? results.subList(results.size() - 1, results.size())
                                    : results));
            if (guarantee == Guarantee.AT_LEAST_ONCE) {
                assertThat(new LinkedHashSet<>(actual)).containsExactlyInAnyOrderElementsOf(expected);
                List<T> twice = new ArrayList<>(actual);
                expected.forEach(twice::remove);
                assertThat(perhapsTwice).as("what may be there twice").containsAll(twice);
            } else {
                assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
            }
            if (guarantee != Guarantee.EFFECTIVELY_ONCE && perhapsTwice.isEmpty()) {
                byKey.forEach((key, results) -> assertThat(actual.stream()
                                .filter(new LinkedHashSet<>(results)::contains)
                                .toList())
                        .as("results of key %d", key)
                        .isEqualTo(results));
            }
        }
    }
}
