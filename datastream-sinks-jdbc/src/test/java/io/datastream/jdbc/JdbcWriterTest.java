package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.row.RowMapping;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcWriterTest {
    record Reading(String sensor, double value) {}

    private final TestDatabase database = TestDatabase.h2(";DATABASE_TO_LOWER=TRUE;NON_KEYWORDS=VALUE");
    private final Switchable source = new Switchable(database.dataSource());
    private final AtomicLong nanos = new AtomicLong();

    @BeforeEach
    void create() {
        database.execute("CREATE TABLE t (sensor varchar(5) PRIMARY KEY, value double precision)");
    }

    private SinkWriter<Reading> writer(int rows, Duration longest) {
        Definition definition = new Definition(
                "t", null, true, false, false, List.of(), Set.of(), null, rows, longest.toNanos(), 30_000);
        return new JdbcWriter<Reading>(
                        definition,
                        RowMapping.INFERRED.forClass(Reading.class),
                        JdbcConnection.of(source),
                        TestDatabase.context(),
                        nanos::get)
                .opened();
    }

    private List<String> sensors() {
        return database.rows("SELECT sensor FROM t ORDER BY sensor");
    }

    @Test
    void fullBatchIsSentBeforeTheNextRow() {
        try (SinkWriter<Reading> writer = writer(2, Duration.ofDays(1))) {
            writer.write(0, new Reading("a", 1));
            writer.write(0, new Reading("b", 1));
            assertThat(sensors()).isEmpty();

            writer.write(0, new Reading("c", 1));
            assertThat(sensors()).containsExactly("a", "b");

            writer.flush();
            assertThat(sensors()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void oldBatchIsSentBeforeTheNextRow() {
        try (SinkWriter<Reading> writer = writer(500, Duration.ofMillis(200))) {
            writer.write(0, new Reading("a", 1));
            nanos.addAndGet(199_999_999);
            writer.write(0, new Reading("b", 1));
            assertThat(sensors()).isEmpty();

            nanos.addAndGet(1);
            writer.write(0, new Reading("c", 1));
            assertThat(sensors()).containsExactly("a", "b");
        }
    }

    @Test
    void rowsThatWereNotFlushedAreNotWritten() {
        try (SinkWriter<Reading> writer = writer(500, Duration.ofDays(1))) {
            writer.write(0, new Reading("a", 1));
        }

        assertThat(sensors()).isEmpty();
    }

    @Test
    void batchIsKeptWhileTheDatabaseIsAway() throws Exception {
        try (SinkWriter<Reading> writer = writer(2, Duration.ofDays(1))) {
            writer.write(0, new Reading("a", 1));
            writer.write(0, new Reading("b", 1));
            source.opened.get(0).close();
            source.down = true;
            Reading third = new Reading("c", 1);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> writer.write(0, third))
                        .isInstanceOfSatisfying(
                                SinkException.class,
                                e -> assertThat(e.isRetryable()).isTrue());
            }
            assertThatThrownBy(writer::flush).hasMessage("table \"t\": Connection refused (SQLSTATE 08001)");

            source.down = false;
            writer.write(0, third);
            writer.flush();
        }

        assertThat(sensors()).containsExactly("a", "b", "c");
        assertThat(source.opened).hasSize(2);
    }

    @Test
    void connectionLostWhileIdleIsReplacedWithoutAnError() throws Exception {
        try (SinkWriter<Reading> writer = writer(500, Duration.ofDays(1))) {
            source.opened.get(0).close();
            nanos.addAndGet(Duration.ofSeconds(11).toNanos());

            writer.write(0, new Reading("a", 1));
            writer.flush();
        }

        assertThat(sensors()).containsExactly("a");
    }

    @Test
    void connectionGoesBackAsItCame() throws Exception {
        try (SinkWriter<Reading> writer = writer(500, Duration.ofDays(1))) {
            writer.write(0, new Reading("a", 1));
            writer.flush();
            assertThat(source.opened.get(0).getAutoCommit()).isFalse();
            assertThat(source.opened.get(0).isClosed()).isFalse();
        }

        assertThat(source.opened).hasSize(1);
        assertThat(source.opened.get(0).isClosed()).isTrue();
    }

    @Test
    void closedTwiceIsClosed() {
        SinkWriter<Reading> writer = writer(500, Duration.ofDays(1));
        writer.close();
        writer.close();

        assertThatThrownBy(() -> writer.write(0, new Reading("a", 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("table \"t\": the writer is closed (expected: no more calls)");
    }

    @Test
    void failureToOpenLeavesNoConnectionBehind() {
        database.execute("DROP TABLE t");

        assertThatThrownBy(() -> writer(500, Duration.ofDays(1))).isInstanceOf(SinkException.class);

        assertThat(source.opened).hasSize(1).allMatch(connection -> {
            try {
                return connection.isClosed();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
