package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.runtime.PipelineController;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker that the operating system stops for longer than its session and its transaction may last. */
@Timeout(120)
class FrozenWorkerIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void isFencedWhenItWakesUpAndDoublesNothing() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            Flow flow = new Flow("frozen", 11, 4_000).on(kafka);
            KafkaRuntime runtime = FlowMain.runtime(kafka.bootstrapServers());
            try (ChildJvm worker = ChildJvm.of(FlowMain.class)
                    .withArguments(kafka.bootstrapServers(), flow.name)
                    .start()) {
                for (int freeze = 1; freeze <= 2; freeze++) {
                    awaitProgress(flow, kafka);
                    flow.produce(kafka, 300); // is at work when it is stopped
                    worker.signal(ChildJvm.Signal.STOP);
                    try (PipelineController heir = runtime.start(flow.pipeline)) {
                        awaitProgress(flow, kafka); // which comes after the broker has put the other one out
                        worker.signal(ChildJvm.Signal.CONT);
                        worker.awaitOutput("were lost and are dropped", SOON);
                        awaitProgress(flow, kafka);
                        assertThat(heir.status().restarts()).isZero();
                    }
                }
                awaitProgress(flow, kafka);
                worker.signal(ChildJvm.Signal.TERM);
                worker.awaitOutput("STOPPED after 0 restarts", SOON);
            }
            flow.finish(kafka, runtime);
        }
    }

    /** More input leads to more results. */
    private static void awaitProgress(Flow flow, EmbeddedKafka kafka) {
        int before = flow.results(kafka);
        flow.produce(kafka, 300);
        Await.until("more results", SOON, () -> flow.results(kafka) >= before + 300);
    }
}
