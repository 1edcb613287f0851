package io.datastream.influxdb;

import io.datastream.Pipeline;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.source.ListSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker that is killed: it writes many readings and, when it has flushed a number of them and before it commits, says so and
 * waits for a file. Started again, it goes on from its last commit.
 */
final class CrashMain {
    static final int READINGS = 200_000;
    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");

    record Reading(String sensor, Instant time, double value, long number) {}

    private CrashMain() {}

    static Reading reading(int number) {
        return new Reading("s" + number % 100, START.plusNanos(1_000_003L * (number / 100)), number * 0.1, number);
    }

    /** Takes the URL, the folder of checkpoints, after how many flushed readings to wait, and the file to wait for. */
    public static void main(String[] arguments) throws Exception {
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < READINGS; i++) {
            readings.add(reading(i));
        }
        InfluxSink<Reading> sink = InfluxSink.into(
                        "readings", Reading.class, InfluxConnection.v1(arguments[0], "crash"))
                .tagged("sensor")
                .without("time");
        AtomicLong written = new AtomicLong();
        Pipeline pipeline = Pipeline.from(ListSource.of(readings).eventTime(Reading::time))
                .to(new Waiting<>(sink, Long.parseLong(arguments[2]), arguments[3], written))
                .named("crash");
        LocalRuntime runtime = LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(Path.of(arguments[1])).every(Duration.ofMillis(100)));
        try (PipelineController controller = runtime.start(pipeline)) {
            controller.awaitTermination();
        }
        System.out.println("completed: " + written);
    }

    /** Waits in a flush, when all is written. */
    private record Waiting<T>(Sink<T> sink, long after, String file, AtomicLong written) implements Sink<T> {
        @Override
        public String name() {
            return sink.name();
        }

        @Override
        public Guarantee guarantee() {
            return sink.guarantee();
        }

        @Override
        public SinkWriter<T> open(SinkContext context) {
            SinkWriter<T> writer = sink.open(context);
            return new SinkWriter<>() {
                private boolean waited;

                @Override
                public void write(long time, T value) {
                    writer.write(time, value);
                    written.incrementAndGet();
                }

                @Override
                public void flush() {
                    writer.flush();
                    if (written.get() >= after && !waited) {
                        waited = true;
                        System.out.println("flushed and not committed: " + written);
                        while (!Files.exists(Path.of(file))) {
                            LockSupport.parkNanos(10_000_000);
                        }
                    }
                }

                @Override
                public void close() {
                    writer.close();
                }
            };
        }
    }
}
