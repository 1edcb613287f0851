package io.datastream.influxdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.testkit.ChildJvm;
import io.datastream.time.EventTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Worker and server are killed while 200,000 readings are written. */
@Timeout(600)
class InfluxCrashIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    void contentsEqualTheModelAlthoughWorkersAreKilledBeforeTheirCommitAndTheServerInBetween() throws Exception {
        try (InfluxServer server = InfluxServer.start()) {
            server.create("crash");
            long begin = System.nanoTime();
            long written = 0;
            for (int after : new int[] {20_000, 50_000}) {
                try (ChildJvm worker = worker(server, after)) {
                    worker.awaitOutput("flushed and not committed", LIMIT);
                    worker.kill();
                    written += number(worker, "flushed and not committed");
                }
            }
            try (ChildJvm worker = worker(server, 60_000)) {
                worker.awaitOutput("flushed and not committed", LIMIT);
                server.kill();
                Files.createFile(folder.resolve("go"));
                worker.awaitOutput("waits for its sink", LIMIT);
                server.restart();
                worker.awaitOutput("completed", LIMIT);
                written += number(worker, "completed");
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            assertThat(written).as("written, some again").isGreaterThan(CrashMain.READINGS);

            Set<List<String>> expected = new HashSet<>();
            for (int i = 0; i < CrashMain.READINGS; i++) {
                CrashMain.Reading reading = CrashMain.reading(i);
                expected.add(List.of(
                        String.valueOf(EventTime.nanos(reading.time())),
                        String.valueOf(reading.number()),
                        reading.sensor(),
                        Double.toString(reading.value())));
            }
            List<List<String>> rows = server.query("SELECT number, sensor, value FROM readings", "crash").stream()
                    .map(row -> List.of(
                            row.get(2), row.get(3), row.get(4), Double.toString(Double.parseDouble(row.get(5)))))
                    .toList();
            Set<List<String>> found = new HashSet<>(rows);
            Set<List<String>> lost = new HashSet<>(expected);
            lost.removeAll(found);
            int doubled = rows.size() - found.size();
            assertThat(lost).as("lost").isEmpty();
            assertThat(doubled).as("doubled").isZero();
            assertThat(found.size()).as("those of the model and no others").isEqualTo(expected.size());
            System.out.printf(
                    Locale.ROOT,
                    "InfluxDB: %,d readings, workers and server killed, %,d written again, %d lost, %d doubled, %.0f"
                            + " s%n",
                    CrashMain.READINGS,
                    written - CrashMain.READINGS,
                    lost.size(),
                    doubled,
                    seconds);
        }
    }

    /** The number that a worker has printed behind these words. */
    private static long number(ChildJvm worker, String words) {
        return worker.output()
                .lines()
                .filter(line -> line.startsWith(words))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private ChildJvm worker(InfluxServer server, int after) {
        return ChildJvm.of(CrashMain.class)
                .withArguments(
                        server.url(),
                        folder.resolve("checkpoints").toString(),
                        String.valueOf(after),
                        folder.resolve("go").toString())
                .start();
    }
}
