package io.datastream.kafka;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.formats.json.JsonCodec;
import io.datastream.runtime.PipelineController;
import io.datastream.time.Tumbling;
import java.time.Duration;
import java.time.Instant;

/** A worker JVM that adds up the readings in a log, until it is killed: broker. */
final class PushedMain {
    record Reading(String sensor, Instant time, double value) {}

    record Sum(String sensor, Instant end, double value) {}

    private PushedMain() {}

    static KafkaRuntime runtime(String broker) {
        return FlowMain.runtime(broker).withExchangePartitions(2);
    }

    static Pipeline pipeline() {
        // region: kafka-log-worker
        Pipeline pipeline = Pipeline.from(
                        KafkaSource.topic("pushed", JsonCodec.of(Reading.class)).eventTime(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofSeconds(1)))
                .aggregate(Aggregations.sum(Reading::value))
                .values()
                .map(sum -> new Sum(sum.key(), sum.window().end(), sum.value()))
                .to(KafkaSink.topic("sums", JsonCodec.of(Sum.class)).keyedBy(Sum::sensor))
                .named("adding-up");
        // endregion
        return pipeline;
    }

    public static void main(String[] args) throws InterruptedException {
        try (PipelineController controller = runtime(args[0]).start(pipeline())) {
            controller.awaitTermination();
        }
    }
}
