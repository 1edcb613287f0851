package io.datastream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run of 20,000 documents for each format, of a few less, so that all take about a minute; {@code
 * -Dfuzz.documents=1000000 -Dfuzz.seed=7} makes it another one.
 */
@Timeout(3_600)
class FuzzIT {
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final long DOCUMENTS = 20_000;

    /** Where a document takes milliseconds: whole files, and requests to a registry. */
    private static final Map<String, Long> FEWER =
            Map.of("parquet-file", 4_000L, "avro-framed", 4_000L, "avro-file", 10_000L, "json-lines", 10_000L);

    static List<String> formats() {
        return Targets.names();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void refusesBrokenDocumentsAndReadsTheOthersAsTheyAre(String format) throws Exception {
        long documents = Long.getLong("fuzz.documents", FEWER.getOrDefault(format, DOCUMENTS));
        Figures figures;
        try {
            figures = new FuzzRun(Targets.of(format), SEED, documents).run();
        } catch (FuzzException e) {
            throw new AssertionError(e.getMessage() + " (repeat with " + Fuzz.command(format, e.seed()) + ")", e);
        }
        System.out.println(figures);
        assertThat(figures.whole()).as("whole documents among them").isBetween(documents / 100, documents);
    }
}
