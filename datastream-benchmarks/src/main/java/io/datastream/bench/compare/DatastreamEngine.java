package io.datastream.bench.compare;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.bench.compare.Readings.Mean;
import io.datastream.bench.compare.Readings.Reading;
import io.datastream.codec.Decoder;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.kafka.KafkaSink;
import io.datastream.kafka.KafkaSource;
import io.datastream.runtime.PipelineController;
import io.datastream.time.Tumbling;
import java.time.Duration;

/** This library, as shipped: exactly once, a commit every 100 ms. */
final class DatastreamEngine implements Engine {
    private record Both(double mean, long count) {}

    @Override
    public void start(Job job) {
        Decoder<Reading> decoder = Readings::decode;
        Pipeline pipeline = Pipeline.from(KafkaSource.topic(job.input(), decoder)
                        .eventTimeNanos(reading -> reading.time() * 1_000_000)
                        .disorderUpTo(Duration.ofMillis(Readings.GRACE_MILLIS)))
                .keyedBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMillis(Readings.WINDOW_MILLIS)))
                .aggregate(Aggregations.combine(
                        Aggregations.mean(Reading::value), Aggregations.<Reading>count(), Both::new))
                .mapValues(window -> new Mean(
                        window.key(),
                        window.window().startNanos() / 1_000_000,
                        window.window().endNanos() / 1_000_000,
                        window.value().mean(),
                        window.value().count()))
                .to(KafkaSink.topic(job.output(), Readings.MEANS).keyedBy(Mean::sensor))
                .named(job.output() + "-datastream");
        PipelineController controller =
                KafkaRuntime.at(job.bootstrap()).withThreads(job.threads()).start(pipeline);
        Meter.failWith(controller::awaitTermination);
    }
}
