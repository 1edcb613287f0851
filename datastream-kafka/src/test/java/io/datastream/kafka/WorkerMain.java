package io.datastream.kafka;

import io.datastream.runtime.PipelineController;
import java.time.Duration;

/** A worker JVM of the tests: broker, instance, threads. */
final class WorkerMain {
    private WorkerMain() {}

    public static void main(String[] args) throws InterruptedException {
        KafkaRuntime runtime = KafkaRuntime.at(args[0])
                .withInstance(args[1])
                .withThreads(Integer.parseInt(args[2]))
                .withCommitInterval(Duration.ofMillis(50))
                .withProperty("max.poll.records", "200")
                .readToEnd();
        try (PipelineController controller =
                runtime.start(Readings.pipeline(KafkaSource.topic(Readings.TOPIC, Readings.CODEC)
                        .eventTimeNanos(Readings.Reading::time)
                        .disorderUpTo(Duration.ofMillis(40))))) {
            System.out.println("started");
            controller.awaitTermination();
            System.out.println("completed");
        }
    }
}
