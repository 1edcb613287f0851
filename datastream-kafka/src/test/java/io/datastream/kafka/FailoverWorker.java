package io.datastream.kafka;

import io.datastream.Pipeline;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;

/** A worker JVM with default settings, which runs until it is killed: broker, protocol, instance. */
final class FailoverWorker {
    static final String INPUT = "failover-in";
    static final String RESULTS = "failover-out";
    static final String NAME = "failover";

    private FailoverWorker() {}

    public static void main(String[] args) throws InterruptedException {
        KafkaRuntime runtime = KafkaRuntime.at(args[0])
                .withGroupProtocol(GroupProtocol.valueOf(args[1]))
                .withInstance(args[2]);
        try (PipelineController controller = runtime.start(pipeline())) {
            System.out.println("started");
            controller.awaitTermination();
        }
    }

    /** With state, so that partitions are restored; results name the partition by their keys. */
    private static Pipeline pipeline() {
        return Pipeline.from(KafkaSource.topic(INPUT, Readings.CODEC).eventTimeNanos(Reading::time))
                .keyedBy(Reading::sensor)
                .process(new Readings.Average())
                .to(Readings.text(RESULTS))
                .named(NAME);
    }
}
