package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.KafkaProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that is killed, frozen, or cannot write, and comes back. */
@Timeout(120)
class BrokerAwayIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int RECORDS = 4_000;

    /** Twice what is promised, for a machine that stalls; clients that are waited for take a minute and more. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private static KafkaProcess kafka;

    @BeforeAll
    static void startBroker() {
        kafka = KafkaProcess.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    /** Whatever a test has left, so that only one fails. */
    @AfterEach
    void restoreBroker() {
        if (kafka.isRunning()) {
            kafka.signal(ChildJvm.Signal.CONT);
        } else {
            kafka.restart();
        }
    }

    private static KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers())
                .withCommitInterval(Duration.ofMillis(20))
                .withProperty("max.poll.records", "20")
                .withProperty("session.timeout.ms", "2000") // who could not leave is not waited for long
                .withProperty("heartbeat.interval.ms", "500");
    }

    /**
     * The same with clients that give up soon, so that a time the tests can wait is long. It commits so seldom that what
     * was read just before the broker goes is not committed yet.
     */
    private static KafkaRuntime impatient() {
        return runtime()
                .withCommitInterval(Duration.ofSeconds(1))
                .withProperty("max.block.ms", "1000")
                .withProperty("request.timeout.ms", "1000")
                .withProperty("delivery.timeout.ms", "1500")
                .withProperty("transaction.timeout.ms", "2000")
                .withProperty("session.timeout.ms", "1500")
                .withProperty("heartbeat.interval.ms", "400");
    }

    private static Flow flow(String name, long seed) {
        return new Flow(name, seed, RECORDS).on(kafka);
    }

    /** More input leads to more results. */
    private static void awaitProgress(Flow flow, PipelineController controller) {
        int before = flow.results(kafka);
        flow.produce(kafka, 300);
        Await.untilAsserted(
                SOON,
                () -> assertThat(flow.results(kafka))
                        .as(controller.status().toString())
                        .isGreaterThanOrEqualTo(before + 300));
    }

    /** The status says all of this at once. */
    private static void awaitWords(PipelineController controller, String... texts) {
        Await.untilAsserted(SOON, () -> {
            PipelineStatus status = controller.status();
            for (String text : texts) {
                assertThat(status.waitingFor()).as(status.toString()).anyMatch(reason -> reason.contains(text));
            }
        });
    }

    private static void awaitQuiet(PipelineController controller) {
        Await.untilAsserted(
                SOON,
                () -> assertThat(controller.status().waitingFor())
                        .noneMatch(
                                reason -> reason.contains("does not answer") || reason.contains("no commit succeeds")));
    }

    @Test
    void goesOnWhenABrokerIsAwayForAMoment() throws Exception {
        Flow flow = flow("moment", 1);
        try (PipelineController controller = runtime().start(flow.pipeline)) {
            for (int i = 0; i < 2; i++) {
                awaitProgress(flow, controller);
                flow.produce(kafka, 300); // is at work when the broker dies
                kafka.kill();
                kafka.restart();
            }
            awaitProgress(flow, controller);
            assertThat(controller.status().restarts()).isZero();
        }
        flow.finish(kafka, runtime());
    }

    @Test
    void goesOnWhenABrokerIsAwayForLongerThanAnyClientWaits() throws Exception {
        Flow flow = flow("long", 2);
        try (PipelineController controller = impatient().start(flow.pipeline)) {
            awaitProgress(flow, controller);
            Flow.Gate gate = flow.produceAndHold(kafka, 2_000, SOON);
            kafka.kill();
            long since = System.nanoTime();
            gate.open();
            awaitWords(
                    controller,
                    "Kafka at " + kafka.bootstrapServers() + " does not answer since ",
                    "no commit succeeds since ");
            Await.until("8 s", SOON, () -> System.nanoTime() - since > 8_000_000_000L);
            kafka.restart();
            awaitProgress(flow, controller);
            awaitQuiet(controller);
            assertThat(controller.status().restarts()).isZero();
        }
        flow.finish(kafka, runtime());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stopsInTimeWhileABrokerIsAway(boolean killed) throws Exception {
        Flow flow = flow("stop-" + killed, 3);
        PipelineController controller = runtime().start(flow.pipeline);
        awaitProgress(flow, controller);
        flow.produce(kafka, 300);
        if (killed) {
            kafka.kill();
        } else {
            kafka.signal(ChildJvm.Signal.STOP);
        }
        awaitWords(controller, "does not answer");
        long start = System.nanoTime();
        controller.stop();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("stop took " + took + (killed ? ", broker killed" : ", broker frozen"));
        assertThat(controller.state()).isEqualTo(PipelineState.STOPPED);
        assertThat(took).isLessThan(STOP_LIMIT);
        if (killed) {
            kafka.restart();
        } else {
            kafka.signal(ChildJvm.Signal.CONT);
        }
        flow.finish(kafka, runtime());
    }

    @Test
    void goesOnWhenABrokerThatCouldNotWriteHasRoomAgain() throws Exception {
        Flow flow = flow("full", 4);
        try (PipelineController controller = impatient().start(flow.pipeline)) {
            awaitProgress(flow, controller);
            Flow.Gate gate = flow.produceAndHold(kafka, 2_000, SOON);
            letWritesFail();
            gate.open();
            awaitWords(controller, "no commit succeeds since ");
            Await.until("the broker gives up", SOON, () -> !kafka.isRunning());
            kafka.restart();
            awaitProgress(flow, controller);
            awaitQuiet(controller);
            assertThat(controller.status().restarts()).isZero();
        }
        flow.finish(kafka, runtime());
    }

    /** No file of the broker's process may grow, so its writes fail as on a disk that is full. */
    private static void letWritesFail() throws Exception {
        List<ProcessHandle> children = ProcessHandle.current().children().toList();
        assertThat(children).hasSize(1);
        String pid = Long.toString(children.get(0).pid());
        boolean limited;
        try {
            limited = new ProcessBuilder("prlimit", "--pid", pid, "--fsize=1:1")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            limited = false;
        }
        assumeThat(limited)
                .as("a file size limit can be set for the broker (prlimit of util-linux); else this is not tested")
                .isTrue();
    }
}
