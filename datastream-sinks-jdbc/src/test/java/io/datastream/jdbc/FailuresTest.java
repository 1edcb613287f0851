package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
    @ParameterizedTest
    @CsvSource({
        "08001, RETRY",
        "08006, RETRY",
        "08004, FATAL",
        "57P01, RETRY",
        "57P02, RETRY",
        "57P03, RETRY",
        "57P04, FATAL",
        "57014, RETRY",
        "40001, RETRY",
        "40P01, RETRY",
        "40002, FATAL",
        "53100, RETRY",
        "53300, RETRY",
        "55P03, RETRY",
        "HYT00, RETRY",
        "22001, ROW",
        "23505, ROW",
        "21000, ROW",
        "54000, ROW",
        "P0001, ROW",
        "01000, ROW",
        "45000, ROW",
        "28P01, FATAL",
        "3D000, FATAL",
        "42501, FATAL",
        "42P01, FATAL",
        "25006, FATAL",
        "XX000, FATAL",
        "'', FATAL"
    })
    void stateSaysWhatCanBeDone(String state, Failures.Kind kind) {
        assertThat(Failures.kind(new SQLException("x", state))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"90007", "90067", "90098", "90121", "90135", "90131"})
    void lostH2DatabaseIsRetryable(int code) {
        assertThat(Failures.kind(new SQLException("x", Integer.toString(code), code)))
                .isEqualTo(Failures.Kind.RETRY);
    }

    @ParameterizedTest
    @CsvSource({"08004, 1040", "42000, 1226", "HY000, 1205", "40001, 1213", "70100, 1927", "HY000, 1021"})
    void mariaDbThatIsFullOrBusyIsRetryable(String state, int code) {
        assertThat(Failures.kind(new SQLException("x", state, code))).isEqualTo(Failures.Kind.RETRY);
    }

    @ParameterizedTest
    @CsvSource({"5, RETRY", "6, RETRY", "13, RETRY", "18, ROW", "19, ROW", "20, ROW", "1, FATAL", "26, FATAL"})
    void sqliteTellsByItsCode(int code, Failures.Kind kind) {
        SQLException error = new SQLException("x", null, code);

        assertThat(Failures.kind(error)).isEqualTo(kind);
        assertThat(Failures.kind(new java.sql.BatchUpdateException("x", null, 0, new int[0], error)))
                .isEqualTo(kind);
    }

    @Test
    void errorWithoutStateIsFatal() {
        assertThat(Failures.kind(new SQLException("x"))).isEqualTo(Failures.Kind.FATAL);
    }

    @Test
    void timeoutOfAPoolIsRetryableUnlessTheServerLetsNobodyIn() {
        SQLException timeout = new SQLTransientConnectionException("pool: request timed out after 30000ms");
        SQLException refused = new SQLTransientConnectionException(
                "pool: request timed out after 30000ms", null, 0, new SQLException("wrong password", "28P01"));

        assertThat(Failures.kind(timeout)).isEqualTo(Failures.Kind.RETRY);
        assertThat(Failures.kind(refused)).isEqualTo(Failures.Kind.FATAL);
    }

    @Test
    void messageLeavesOutTheStatementAndTheValuesOfTheRow() {
        assertThat(Failures.text(new SQLException("ERROR: too long\n  Detail: Failing row contains (1, x).", "22001")))
                .isEqualTo("ERROR: too long (SQLSTATE 22001)");
        assertThat(Failures.text(new SQLException("Value too long; SQL statement:\nMERGE INTO", "22001")))
                .isEqualTo("Value too long (SQLSTATE 22001)");
    }

    @Test
    void tellsNoRowThatTheErrorOfABatchQuotes() {
        SQLException said = new SQLException("the server goes away", "08006");
        SQLException batch =
                new java.sql.BatchUpdateException("INSERT INTO t VALUES ('4111')", "08006", 0, new int[0], said);
        assertThat(Failures.of("table t", batch))
                .hasMessage("table t: the server goes away (SQLSTATE 08006)")
                .hasCause(said);
    }
}
