package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.testkit.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * 200,000 results are written while the JVM that writes them ends at every place of a commit and by SIGKILL, and the server
 * is killed and started again. The table equals the model: nothing is lost, nothing is there twice.
 */
@Timeout(400)
abstract class CrashContract {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    abstract TestDatabase database();

    abstract String url();

    abstract String user();

    abstract void kill() throws Exception;

    abstract void restart() throws Exception;

    private ChildJvm worker(String mode, CrashWorker.End end, int commit) {
        return ChildJvm.of(CrashWorker.class)
                .withArguments(url(), user(), mode, folder.toString(), end.name(), Integer.toString(commit))
                .start();
    }

    private void crash(String mode) throws Exception {
        for (CrashWorker.End end : CrashWorker.End.values()) {
            if (end != CrashWorker.End.NEVER) {
                try (ChildJvm worker = worker(mode, end, 5)) {
                    worker.awaitOutput("ends " + end, PATIENCE);
                    assertThat(worker.awaitExit(PATIENCE)).isEqualTo(137);
                }
            }
        }
        try (ChildJvm worker = worker(mode, CrashWorker.End.NEVER, Integer.MAX_VALUE)) {
            worker.awaitOutput("commit 4", PATIENCE);
            worker.kill();
        }
        try (ChildJvm worker = worker(mode, CrashWorker.End.NEVER, Integer.MAX_VALUE)) {
            worker.awaitOutput("commit 4", PATIENCE);
            kill();
            assertThat(worker.output()).as("killed in the middle").doesNotContain("COMPLETED");
            restart();
            worker.awaitOutput("COMPLETED", PATIENCE);
            assertThat(worker.awaitExit(PATIENCE)).isZero();
        }
    }

    @Test
    void appendedResultsAreThereOnceWhateverIsKilled() throws Exception {
        database()
                .execute("CREATE TABLE results (sensor varchar(20) NOT NULL, number integer NOT NULL, note"
                        + " varchar(200))");

        crash("append");

        long rows = database().value("SELECT count(*) FROM results", Long.class);
        long different = database().value("SELECT count(DISTINCT number) FROM results", Long.class);
        System.out.printf(
                Locale.ROOT,
                "%s: %,d results, 4 kills of the worker and 1 of the server: %,d rows, %,d lost, %,d doubled%n",
                getClass().getSimpleName(),
                CrashWorker.RESULTS,
                rows,
                CrashWorker.RESULTS - different,
                rows - different);
        assertThat(different).as("different results").isEqualTo(CrashWorker.RESULTS);
        assertThat(rows).as("rows").isEqualTo(CrashWorker.RESULTS);
        for (int number : new int[] {0, 1, 7, 77_777, CrashWorker.RESULTS - 1}) {
            CrashWorker.Reading expected = CrashWorker.Reading.of(number);
            assertThat(database().rows("SELECT sensor, note FROM results WHERE number = " + number))
                    .containsExactly(expected.sensor() + "|" + expected.note());
        }
        assertThat(database().value("SELECT count(*) FROM results WHERE number % 7 = 0 AND note IS NULL", Long.class))
                .isEqualTo((CrashWorker.RESULTS + 6) / 7);
    }

    @Test
    void replacedResultsEqualTheModelWhateverIsKilled() throws Exception {
        database()
                .execute("CREATE TABLE results (sensor varchar(20) PRIMARY KEY, number integer NOT NULL, note"
                        + " varchar(200))");

        crash("upsert");

        // each sensor belongs to one partition, and its last reading counts
        assertThat(database().rows("SELECT sensor, number, note FROM results"))
                .containsExactlyInAnyOrderElementsOf(
                        java.util.stream.IntStream.range(CrashWorker.RESULTS - 1000, CrashWorker.RESULTS)
                                .mapToObj(CrashWorker.Reading::replacing)
                                .map(reading -> reading.sensor() + "|" + reading.number() + "|" + reading.note())
                                .toList());
    }
}
