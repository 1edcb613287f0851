package io.datastream.kafka;

import io.datastream.runtime.PipelineController;
import java.time.Duration;

/** A worker JVM of {@link ScaleOutIT}: broker, instance, threads, protocol, run; it ends when all input is processed. */
final class ScaleOutWorker {
    private ScaleOutWorker() {}

    public static void main(String[] args) throws InterruptedException {
        KafkaRuntime runtime = runtime(args[0], GroupProtocol.valueOf(args[3]))
                .withInstance(args[1])
                .withThreads(Integer.parseInt(args[2]));
        try (PipelineController keyed = runtime.start(ScaleOut.keyed(args[4]));
                PipelineController exchanged = runtime.start(ScaleOut.exchanged(args[4]))) {
            System.out.println("started");
            keyed.awaitTermination();
            exchanged.awaitTermination();
        }
    }

    private static KafkaRuntime runtime(String broker, GroupProtocol protocol) {
        KafkaRuntime runtime = KafkaRuntime.at(broker)
                .withGroupProtocol(protocol)
                .withCommitInterval(Duration.ofMillis(30))
                .withExchangePartitions(3)
                .withProperty("max.poll.records", "40")
                .withProperty("max.partition.fetch.bytes", Brake.IN_TURNS)
                .readToEnd();
        // of the new protocol it is the broker's
        return protocol == GroupProtocol.CLASSIC
                ? runtime.withProperty("session.timeout.ms", "1500").withProperty("heartbeat.interval.ms", "300")
                : runtime;
    }
}
