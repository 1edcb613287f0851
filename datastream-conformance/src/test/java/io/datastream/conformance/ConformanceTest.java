package io.datastream.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.conformance.Report.Outcome;
import io.datastream.conformance.Report.Result;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Runs cases through pipelines: always the few of this module, whose values are printed in published tables, and with
 * {@code -Ddatastream.conformance=DIR} those of a folder.
 */
class ConformanceTest {
    private static final String PROPERTY = "datastream.conformance";

    /**
     * NIST Statistical Reference Datasets (NumAcc1 and NumAcc2), NIST/SEMATECH e-Handbook of Statistical Methods (sections
     * 6.3.2.4 and 1.3.5.17.1), StockCharts ChartSchool (moving averages), Wikipedia (standard deviation).
     */
    @Test
    void hasTheValuesThatNistChartSchoolAndWikipediaPrint() throws Exception {
        Report report = new Conformance(published(), System.out).run();
        assertThat(report.count(Outcome.PASSED)).isEqualTo(5);
        assertThat(report.results()).hasSize(5);
    }

    @Test
    @EnabledIfSystemProperty(named = PROPERTY, matches = ".+")
    void passesTheCasesOfTheFolder() throws IOException {
        Report report = new Conformance(folder(), System.out).run();
        assertThat(report.results()).isNotEmpty();
        assertThat(report.failed()).extracting(Result::line).isEmpty();
    }

    private static Path folder() {
        Path folder = Path.of(System.getProperty(PROPERTY));
        return Path.of(System.getProperty("datastream.invocation.directory", ""))
                .resolve(folder);
    }

    private static Path published() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(ConformanceTest.class.getResource("/published"))
                .toURI());
    }
}
