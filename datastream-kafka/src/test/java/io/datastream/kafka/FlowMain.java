package io.datastream.kafka;

import io.datastream.runtime.PipelineController;
import java.time.Duration;

/** A worker JVM that runs a {@link Flow} until it is told to end: broker, name. Its sessions and transactions are short. */
final class FlowMain {
    private FlowMain() {}

    static KafkaRuntime runtime(String broker) {
        return KafkaRuntime.at(broker)
                .withCommitInterval(Duration.ofMillis(20))
                .withProperty("max.poll.records", "20")
                .withProperty("transaction.timeout.ms", "2000")
                .withProperty("session.timeout.ms", "1500")
                .withProperty("heartbeat.interval.ms", "400");
    }

    public static void main(String[] args) throws InterruptedException {
        PipelineController controller = runtime(args[0]).start(Flow.onKafka(args[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            controller.close();
            System.out.println(
                    controller.state() + " after " + controller.status().restarts() + " restarts");
        }));
        controller.awaitTermination();
    }
}
