package io.datastream.kafka.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Report REPORT = new Report()
            .with("name", "a\"b\\c\n\u0001\ud83d\ude00\ud83d")
            .rows("rows", List.of("topic", "lag"), List.of(Arrays.asList("readings", 7L), Arrays.asList("r\n2", null)));

    @Test
    void alignsRowsForPeople() {
        assertThat(REPORT.lines()).containsExactly("topic     lag", "readings    7", "r 2         -");
    }

    @Test
    void writesJsonForMachines() {
        assertThat(Json.of(REPORT.data()))
                .isEqualTo("{\"name\":\"a\\\"b\\\\c\\n\\u0001\ud83d\ude00\\ud83d\","
                        + "\"rows\":[{\"topic\":\"readings\",\"lag\":7},{\"topic\":\"r\\n2\",\"lag\":null}]}");
    }

    @Test
    void leavesATableWithoutRowsOut() {
        Report report = new Report().rows("rows", List.of("topic"), List.of());
        assertThat(report.lines()).isEmpty();
        assertThat(Json.of(report.data())).isEqualTo("{\"rows\":[]}");
    }
}
