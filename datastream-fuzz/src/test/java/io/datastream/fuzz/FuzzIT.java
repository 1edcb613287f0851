package io.datastream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run of 20,000 documents for each format; {@code -Dfuzz.documents=1000000 -Dfuzz.seed=7} makes it another one. */
@Timeout(3_600)
@Execution(ExecutionMode.CONCURRENT)
class FuzzIT {
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final long DOCUMENTS = Long.getLong("fuzz.documents", 20_000);

    static List<String> formats() {
        return Targets.names();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void refusesBrokenDocumentsAndReadsTheOthersAsTheyAre(String format) throws Exception {
        Figures figures;
        try {
            figures = new FuzzRun(Targets.of(format), SEED, DOCUMENTS).run();
        } catch (FuzzException e) {
            throw new AssertionError(e.getMessage() + " (repeat with " + Fuzz.command(format, e.seed()) + ")", e);
        }
        System.out.println(figures);
        assertThat(figures.whole()).as("whole documents among them").isBetween(DOCUMENTS / 100, DOCUMENTS);
    }
}
