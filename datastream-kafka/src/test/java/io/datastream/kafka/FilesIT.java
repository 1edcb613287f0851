package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Results in files, each once, while the partitions they come from move between workers that share the folder. */
@Timeout(180)
class FilesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PARTITIONS = 2;
    private static final int RECORDS = 10_000;
    private static final long SEED = 21;

    @TempDir
    Path folder;

    @TempDir
    Path besides;

    private EmbeddedKafka kafka;
    private List<List<Reading>> readings;

    @BeforeEach
    void startBroker() {
        kafka = EmbeddedKafka.start();
        kafka.createTopic(FilesMain.TOPIC, PARTITIONS);
        readings = Readings.generate(SEED, PARTITIONS, RECORDS);
    }

    @AfterEach
    void stopBroker() {
        kafka.close();
    }

    @Test
    void haveEachResultOnceThoughWorkersAreKilled() throws Exception {
        kafka.produce(Readings.records(readings));
        Brake brake = Brake.on(besides.resolve("brake"), 4_500, 4);
        for (int kill = 1; kill <= 4; kill++) {
            int lines = kill * PARTITIONS * RECORDS / 10;
            try (ChildJvm worker = brake.in(worker()).start()) {
                Await.until(lines + " results", SOON, () -> lines(0).size() + lines(1).size() > lines);
                worker.kill();
            }
        }
        assertThat(lines(0)).as("killed in the middle, seed " + SEED).hasSizeLessThan(RECORDS);
        finish();
    }

    @Test
    void areLeftAloneByAWorkerThatStoodStill() throws Exception {
        produce(0, 2_500);
        try (ChildJvm worker = worker().start()) {
            Await.until("results", SOON, () -> lines(0).size() > 1_000 && lines(1).size() > 1_000);
            produce(2_500, 5_000); // is at work when it is stopped
            worker.signal(ChildJvm.Signal.STOP);
            try (PipelineController heir =
                    FlowMain.runtime(kafka.bootstrapServers()).start(FilesMain.pipeline(folder))) {
                Await.until(
                        "the heir waits",
                        SOON,
                        () -> heir.status().waitingFor().stream()
                                .anyMatch(reason -> reason.contains("another process writes there")));
                worker.signal(ChildJvm.Signal.CONT);
                worker.awaitOutput("were lost and are dropped", SOON);
                produce(5_000, RECORDS);
                Await.until("all results", SOON, () -> lines(0).size() + lines(1).size() > 3 * RECORDS / 2);
            }
        }
        finish();
    }

    private ChildJvm.Launch worker() {
        return ChildJvm.of(FilesMain.class).withArguments(kafka.bootstrapServers(), folder.toString());
    }

    private void produce(int from, int to) {
        kafka.produce(Readings.records(
                readings.stream().map(all -> all.subList(from, to)).toList()));
    }

    /** Runs the pipeline to the end of its input; then all is in files that have their names. */
    private void finish() throws Exception {
        try (PipelineController controller =
                FlowMain.runtime(kafka.bootstrapServers()).readToEnd().start(FilesMain.pipeline(folder))) {
            controller.awaitTermination();
            assertThat(controller.failure()).isEmpty();
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            assertThat(lines(partition))
                    .as("partition %d, seed %d", partition, SEED)
                    .containsExactlyElementsOf(readings.get(partition).stream()
                            .map(FilesMain::line)
                            .toList());
        }
        assertThat(names()).allMatch(name -> name.startsWith("readings-"));
    }

    /** What stands in the files of a partition that have their names, in their order. */
    private List<String> lines(int partition) {
        List<String> lines = new ArrayList<>();
        try {
            for (String name : names()) {
                if (name.startsWith("readings-" + partition + "-")) {
                    lines.addAll(Files.readAllLines(folder.resolve(name)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
