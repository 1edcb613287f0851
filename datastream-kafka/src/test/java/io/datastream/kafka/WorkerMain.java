package io.datastream.kafka;

import io.datastream.Pipeline;
import io.datastream.runtime.PipelineController;
import java.time.Duration;

/** A worker JVM of the tests: broker, instance, threads, pipeline. */
final class WorkerMain {
    private WorkerMain() {}

    public static void main(String[] args) throws InterruptedException {
        KafkaRuntime runtime = KafkaRuntime.at(args[0])
                .withInstance(args[1])
                .withThreads(Integer.parseInt(args[2]))
                .withCommitInterval(Duration.ofMillis(50))
                .withProperty("max.poll.records", "200")
                .withProperty("max.partition.fetch.bytes", Brake.IN_TURNS)
                .withProperty("session.timeout.ms", "2000") // a killed one is replaced soon
                .withProperty("heartbeat.interval.ms", "500")
                .readToEnd();
        Pipeline pipeline = args[3].equals("regrouping")
                ? Regrouping.onKafka()
                : Readings.pipeline(KafkaSource.topic(Readings.TOPIC, Readings.CODEC)
                        .eventTimeNanos(Readings.Reading::time)
                        .disorderUpTo(Duration.ofMillis(40)));
        try (PipelineController controller = runtime.start(pipeline)) {
            System.out.println("started");
            controller.awaitTermination();
            System.out.println("completed");
        }
    }
}
