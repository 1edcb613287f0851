package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PostgresRowsTest {
    @Test
    void datesAreWrittenAsPostgresqlReadsThem() {
        assertThat(PostgresRows.text(Instant.parse("2024-02-29T01:02:03.000045Z")))
                .isEqualTo("2024-02-29 01:02:03.000045+00");
        assertThat(PostgresRows.text(
                        LocalDate.of(0, 1, 2).atStartOfDay(ZoneOffset.UTC).toInstant()))
                .isEqualTo("0001-01-02 00:00:00.000000+00 BC");
        assertThat(PostgresRows.text(Instant.parse("+12345-01-01T00:00:00Z")))
                .isEqualTo("12345-01-01 00:00:00.000000+00");
    }
}
