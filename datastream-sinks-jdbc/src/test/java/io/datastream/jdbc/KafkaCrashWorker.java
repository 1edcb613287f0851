package io.datastream.jdbc;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.kafka.KafkaSource;
import io.datastream.runtime.PipelineController;
import io.datastream.time.Tumbling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Writes results of topics into a database, from a JVM of its own. */
final class KafkaCrashWorker {
    static final String INPUT = "numbers";
    static final String NAME = "exact";

    /** Codes a number as text. */
    static final Codec<Integer> CODEC = Codec.of(
            number -> Integer.toString(number).getBytes(StandardCharsets.UTF_8),
            bytes -> Integer.parseInt(new String(bytes, StandardCharsets.UTF_8)));

    record Numbered(int number, String text) {}

    private KafkaCrashWorker() {}

    static Pipeline pipeline(String url) {
        JdbcConnection connection = JdbcConnection.of(url, "postgres", () -> "x");
        var numbers = Pipeline.from(KafkaSource.topic(INPUT, CODEC).eventTimeNanos(number -> number * 1_000_000L));
        return numbers.map(number -> new Numbered(number, "of " + number))
                .to(JdbcSink.appendTo("results", Numbered.class, connection).exactlyOnce())
                .and(numbers.keyBy(number -> number % 10)
                        .withCodec(CODEC)
                        .window(Tumbling.of(Duration.ofSeconds(1)))
                        .aggregate(Aggregations.count())
                        .to(JdbcSink.appendTo("counts", connection).exactlyOnce()))
                .named(NAME);
    }

    /** Arguments: brokers, URL, name of the instance. */
    public static void main(String[] arguments) throws Exception {
        KafkaRuntime runtime = KafkaRuntime.at(arguments[0])
                .withInstance(arguments[2])
                .withThreads(2)
                .withExchangePartitions(2)
                .withProperty("session.timeout.ms", "1500")
                .withProperty("heartbeat.interval.ms", "300");
        try (PipelineController controller = runtime.start(pipeline(arguments[1]))) {
            System.out.println("started");
            controller.awaitTermination();
            controller.failure().ifPresent(Throwable::printStackTrace);
        }
    }
}
