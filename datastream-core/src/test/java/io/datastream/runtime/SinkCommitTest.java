package io.datastream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.source.ListSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sink is told around a commit. */
class SinkCommitTest {
    private static final List<String> CALLS = new CopyOnWriteArrayList<>();
    private static final String FLUSH_AFTER_THE_END = "flush after the end";
    private static final AtomicInteger REFUSALS = new AtomicInteger();
    private static volatile @Nullable Path stored;

    @TempDir
    Path folder;

    private static final class Telling implements Sink<Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public String name() {
            return "telling";
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.EXACTLY_ONCE;
        }

        @Override
        public SinkWriter<Integer> open(SinkContext context) {
            return new SinkWriter<>() {
                private boolean complete;

                @Override
                public void write(long time, Integer value) {
                    CALLS.add("write");
                }

                @Override
                public void flush() {
                    CALLS.add(complete ? FLUSH_AFTER_THE_END : "flush");
                }

                @Override
                public byte[] snapshot() {
                    CALLS.add("snapshot");
                    return new byte[] {1};
                }

                @Override
                public void committed() {
                    Path file = stored;
                    if (file != null) {
                        assertThat(file).exists();
                    }
                    if (REFUSALS.getAndDecrement() > 0) {
                        throw SinkException.retryable("not now", new IllegalStateException());
                    }
                    CALLS.add("committed");
                }

                @Override
                public void complete() {
                    complete = true;
                    CALLS.add("complete");
                    if (CALLS.stream().filter("complete"::equals).count() == 2) {
                        takeItsTime();
                    }
                }

                @Override
                public void close() {}
            };
        }
    }

    /** Much longer than a worker that has nothing to do takes from one flush to the next. */
    private static void takeItsTime() {
        long end = System.nanoTime() + 600_000_000L;
        while (System.nanoTime() < end && !CALLS.contains(FLUSH_AFTER_THE_END)) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    @BeforeEach
    void clear() {
        CALLS.clear();
        REFUSALS.set(0);
        stored = null;
    }

    private static void run(LocalRuntime runtime) throws Exception {
        Pipeline pipeline = Pipeline.from(ListSource.of(List.of(1, 2)).logTime())
                .to(new Telling())
                .named("telling");
        try (PipelineController controller = runtime.withThreads(1).start(pipeline)) {
            controller.awaitTermination();
            assertThat(controller.failure()).isEmpty();
        }
    }

    @Test
    void itIsToldOfACommitWhenThatIsStored() throws Exception {
        stored = folder.resolve("telling.checkpoint");
        run(LocalRuntime.create().withCheckpoints(Checkpoints.to(folder)));

        assertThat(CALLS).containsExactly("write", "write", "flush", "snapshot", "committed", "complete");
        assertThat(Files.exists(Objects.requireNonNull(stored))).isFalse();
    }

    @Test
    void withoutCommitsItIsToldAfterEachFlush() throws Exception {
        run(LocalRuntime.create());

        String calls = String.join(" ", CALLS); // a worker that waits flushes now and then
        assertThat(calls).matches("write (flush committed )*write( flush committed)+ complete");
    }

    @Test
    void itIsNotFlushedAfterItsEndWhileAnotherOneTakesItsTime() throws Exception {
        Pipeline pipeline = Pipeline.from(
                        ListSource.partitioned(List.of(List.of(1), List.of(2))).logTime())
                .to(new Telling())
                .named("telling");
        try (PipelineController controller =
                LocalRuntime.create().withThreads(2).start(pipeline)) {
            controller.awaitTermination();
            assertThat(controller.failure()).isEmpty();
        }

        assertThat(CALLS).doesNotContain(FLUSH_AFTER_THE_END);
        assertThat(CALLS).filteredOn("complete"::equals).hasSize(2);
    }

    @Test
    void itIsToldAgainWhileThatMayHelp() throws Exception {
        REFUSALS.set(2);
        run(LocalRuntime.create().withCheckpoints(Checkpoints.inMemory()));

        assertThat(CALLS).containsExactly("write", "write", "flush", "snapshot", "committed", "complete");
        assertThat(REFUSALS.get()).isNegative();
    }
}
