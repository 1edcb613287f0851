package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.runtime.PipelineController;
import io.datastream.testkit.Await;
import io.datastream.testkit.KafkaCluster;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three brokers, one of which dies again and again: leaders and the coordinators of groups and transactions move. */
@Timeout(240)
class BrokersKilledIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int KILLS = 3;
    private static final int SLICE = 2_000;
    private static final int RECORDS = (3 * KILLS + 1) * SLICE;

    @Test
    void losesAndDoublesNothingWhileBrokersAreKilledAtRandom() throws Exception {
        long seed = 31;
        SplittableRandom random = new SplittableRandom(seed);
        try (KafkaCluster kafka = KafkaCluster.start()) {
            KafkaRuntime runtime = KafkaRuntime.at(kafka.bootstrapServers())
                    .withThreads(2)
                    .withExchangePartitions(3)
                    .withCommitInterval(Duration.ofMillis(50));
            Flow flow = new Flow("killed", seed, RECORDS).on(kafka);
            try (PipelineController controller = runtime.start(flow.pipeline)) {
                for (int i = 0; i < KILLS; i++) {
                    awaitProgress(flow, kafka, controller);
                    flow.produce(kafka, SLICE); // is at work when the broker dies
                    int victim = 1 + random.nextInt(3);
                    kafka.kill(victim);
                    awaitProgress(flow, kafka, controller);
                    kafka.restart(victim);
                    kafka.awaitReplicas();
                }
                assertThat(controller.status().restarts()).isZero();
            }
            flow.finish(kafka, runtime);
        }
    }

    /** More input leads to more results. */
    private static void awaitProgress(Flow flow, KafkaCluster kafka, PipelineController controller) {
        int before = flow.results(kafka);
        flow.produce(kafka, SLICE);
        Await.until("more results, " + controller.status(), SOON, () -> flow.results(kafka) >= before + SLICE);
    }
}
