package io.datastream.jdbc;

import io.datastream.Pipeline;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.source.ListSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes results into a table in a JVM of its own, which ends without any notice at a chosen place of a commit, or goes on
 * from the last commit until all results are written.
 */
final class CrashWorker {
    static final int RESULTS = 200_000;
    private static final int THREADS = 2;
    private static final int PACE = 400;

    /** Where in a commit the JVM ends. */
    enum End {
        NEVER,
        /** The rows have been sent, and the pipeline has not committed. */
        FLUSHED,
        /** The pipeline has committed, and the sink was not told. */
        COMMITTED,
        /** The sink was told. */
        TOLD
    }

    record Reading(String sensor, int number, @Nullable String note) {
        static Reading of(int number) {
            return new Reading(
                    "s" + number % 1000, number, number % 7 == 0 ? null : "it's\n" + number + "\t\\ \uD83D\uDE80");
        }

        /** A reading that replaces others. */
        static Reading replacing(int number) {
            return new Reading("s" + number % 1000, number, "of " + number);
        }
    }

    private CrashWorker() {}

    /** Arguments: URL, user, "append" or "upsert", folder of checkpoints, where to end, in which commit. */
    public static void main(String[] arguments) throws Exception {
        boolean append = arguments[2].equals("append");
        JdbcConnection connection = JdbcConnection.of(arguments[0], arguments[1], () -> "x");
        Sink<Reading> sink = append
                ? JdbcSink.appendTo("results", Reading.class, connection).exactlyOnce()
                : JdbcSink.upsertInto("results", Reading.class, connection).keyedBy("sensor");
        Sink<Reading> ending = new Ending(sink, End.valueOf(arguments[4]), Integer.parseInt(arguments[5]));
        List<List<Integer>> numbers = IntStream.range(0, THREADS)
                .mapToObj(part -> IntStream.range(0, RESULTS)
                        .filter(number -> number % THREADS == part)
                        .boxed()
                        .toList())
                .toList();
        Pipeline pipeline = Pipeline.from(
                        ListSource.<Integer>partitioned(numbers).logTime())
                .map(number -> {
                    if (number % PACE < THREADS) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(15));
                    }
                    return append ? Reading.of(number) : Reading.replacing(number);
                })
                .to(ending)
                .named("crash");
        try (PipelineController controller = LocalRuntime.create()
                .withThreads(THREADS)
                .withCheckpoints(Checkpoints.to(Path.of(arguments[3])).every(Duration.ofMillis(100)))
                .start(pipeline)) {
            System.out.println("started");
            controller.awaitTermination();
            controller.failure().ifPresent(Throwable::printStackTrace);
            System.out.println(controller.state());
        }
    }

    /** A sink whose JVM ends. */
    private record Ending(Sink<Reading> sink, End end, int commit) implements Sink<Reading> {
        private static final AtomicInteger COMMITS = new AtomicInteger();

        @Override
        public String name() {
            return sink.name();
        }

        @Override
        public Guarantee guarantee() {
            return sink.guarantee();
        }

        @Override
        public SinkWriter<Reading> open(SinkContext context) {
            SinkWriter<Reading> writer = sink.open(context);
            return new SinkWriter<>() {
                @Override
                public void write(long time, Reading value) {
                    writer.write(time, value);
                }

                @Override
                public void flush() {
                    writer.flush();
                }

                @Override
                public byte @Nullable [] snapshot() {
                    byte[] snapshot = writer.snapshot();
                    if (COMMITS.incrementAndGet() >= commit) {
                        endAt(End.FLUSHED);
                    }
                    return snapshot;
                }

                @Override
                public void committed() {
                    if (COMMITS.get() >= commit) {
                        endAt(End.COMMITTED);
                    }
                    writer.committed();
                    System.out.println("commit " + COMMITS);
                    if (COMMITS.get() >= commit) {
                        endAt(End.TOLD);
                    }
                }

                @Override
                public void complete() {
                    writer.complete();
                }

                @Override
                public void close() {
                    writer.close();
                }
            };
        }

        private void endAt(End place) {
            if (place == end) {
                System.out.println("ends " + place);
                Runtime.getRuntime().halt(137); // as SIGKILL does, and at this very place
            }
        }
    }
}
