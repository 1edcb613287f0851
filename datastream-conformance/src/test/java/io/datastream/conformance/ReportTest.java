package io.datastream.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.conformance.Report.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final String CASE = """
            {"id": "%1$s/%2$s", "operator": "%1$s", "params": {%3$s},
             "inputs": [{"role": "in", "file": "in.csv"}],
             "outputs": [{"name": "out", "file": "out.csv", "key": ["ts"], "ordered": true,
                          "columns": [{"name": "ts", "type": "long"},
                                      {"name": "value", "type": "double", "rtol": 0.0, "atol": 0.0}]}]}
            """;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void writeInput() throws IOException {
        Files.writeString(folder.resolve("in.csv"), "ts,value\n5,1.0\n5,2.0\n");
        Files.writeString(folder.resolve("out.csv"), "ts,value\n5,1.0\n");
    }

    private Report run(String... cases) throws IOException {
        Files.writeString(folder.resolve("manifest.json"), "[" + String.join(",", cases) + "]");
        return new Conformance(folder, new PrintStream(printed, true, StandardCharsets.UTF_8)).run();
    }

    @Test
    void printsALineForEachCaseAndATableByOperator() throws IOException {
        Report report = run(
                CASE.formatted("transform.dedup", "a", "\"keep\": \"first\""),
                CASE.formatted("transform.dedup", "b", "\"keep\": \"last\""),
                CASE.formatted("transform.dedup", "c", "\"keep\": \"median\""),
                CASE.formatted("smooth.unheard", "d", ""));
        assertThat(report.count(Outcome.PASSED)).isEqualTo(1);
        assertThat(report.count(Outcome.FAILED)).isEqualTo(1);
        assertThat(report.count(Outcome.NOT_SUPPORTED)).isEqualTo(2);
        assertThat(printed.toString(StandardCharsets.UTF_8).lines().map(line -> line.replaceAll(" [0-9]+ ms", "")))
                .containsExactly(
                        "passed         transform.dedup/a ",
                        "FAILED         transform.dedup/b   out: row [5], value: 2.0 (expected: 1.0)",
                        "not supported  transform.dedup/c   keep median",
                        "not supported  smooth.unheard/d   operator smooth.unheard",
                        "",
                        "operator                           passed   failed  not supported",
                        "smooth.unheard                          0        0              1",
                        "transform.dedup                         1        1              1",
                        "all                                     1        1              2");
    }

    @Test
    void countsACaseWithoutItsFileAsFailed() throws IOException {
        Files.delete(folder.resolve("out.csv"));
        Report report = run(CASE.formatted("transform.dedup", "a", "\"keep\": \"first\""));
        assertThat(report.failed())
                .singleElement()
                .satisfies(result -> assertThat(result.detail()).contains("NoSuchFileException"));
    }

    @Test
    void saysWhichFolderHasNoManifest() {
        assertThatThrownBy(() -> new Conformance(folder, System.out).run())
                .hasMessage("conformance: " + folder + " (expected: a folder with a file manifest.json)");
    }
}
