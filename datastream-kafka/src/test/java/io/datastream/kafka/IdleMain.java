package io.datastream.kafka;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Encoder;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.source.Source;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A JVM that runs parts of a pipeline over topics that are quiet now and then: broker, instance, part. */
final class IdleMain {
    static final String FIRST = "first";
    static final String SECOND = "second";
    static final String COUNTS = "counts";
    static final String LATE = "late";

    private IdleMain() {}

    public static void main(String[] args) throws InterruptedException {
        KafkaRuntime runtime =
                KafkaRuntime.at(args[0]).withInstance(args[1]).parts(args[2]).withExchangePartitions(2);
        try (PipelineController controller = runtime.start(pipeline())) {
            System.out.println("started");
            controller.awaitTermination();
        }
    }

    /** Two topics in parts of their own, and windows over both in a third one. */
    static Pipeline pipeline() {
        return Pipeline.from(source(FIRST))
                .merge(Pipeline.from(source(SECOND)))
                .keyBy(Reading::sensor)
                .withCodec(Readings.CODEC)
                .via("merged")
                .window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.count())
                .to(KafkaSink.topic(COUNTS, counts()).keyedBy(Windowed::key))
                .lateTo(Readings.late(LATE))
                .named("idle");
    }

    /** A topic by the times of its log. */
    static Source<Reading> source(String topic) {
        return idling(KafkaSource.topic(topic, Readings.CODEC).logTime());
    }

    static Source<Reading> idling(Source<Reading> source) {
        return source.disorderUpTo(Duration.ofMillis(500)).idleAfter(Duration.ofMillis(500));
    }

    static Encoder<Windowed<String, Long>> counts() {
        return w -> (w.key() + " " + w.window().startNanos() + " " + w.value()).getBytes(StandardCharsets.UTF_8);
    }
}
