package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExactWriterTest {
    record Reading(String sensor, int value) {}

    private final TestDatabase database = TestDatabase.h2(";DATABASE_TO_LOWER=TRUE;NON_KEYWORDS=VALUE");
    private final Switchable source = new Switchable(database.dataSource());

    @BeforeEach
    void create() {
        database.execute("CREATE TABLE t (sensor varchar(5), value integer CHECK (value >= 0))");
    }

    private SinkWriter<Reading> open(DataSource dataSource, byte @Nullable [] restored) {
        return JdbcSink.appendTo("t", Reading.class, dataSource)
                .exactlyOnce()
                .open(new SinkContext("pipeline", "step", 0, 1, restored));
    }

    private static byte @Nullable [] commit(SinkWriter<Reading> writer, int value) {
        writer.write(0, new Reading("a", value));
        writer.flush();
        byte[] snapshot = writer.snapshot();
        writer.committed();
        return snapshot;
    }

    private List<String> values() {
        return database.rows("SELECT value FROM t ORDER BY value");
    }

    private static void assertRetryable(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isTrue());
    }

    @Test
    void rowsAreSeenWhenThePipelineHasCommitted() {
        try (SinkWriter<Reading> writer = open(source, null)) {
            assertThat(writer.snapshot()).isNull();
            writer.write(0, new Reading("a", 1));
            writer.flush();
            writer.snapshot();
            assertThat(values()).isEmpty();

            writer.committed();
            assertThat(values()).containsExactly("1");
            writer.committed();
            assertThat(values()).containsExactly("1");
        }
    }

    @Test
    void refusedRowsAreToldBeforeThePipelineCommits() {
        List<String> refused = new ArrayList<>();
        SinkContext context = new SinkContext("pipeline", "step", 0, 1, null)
                .withReceipts(() -> error -> refused.add(error.getMessage()));
        try (SinkWriter<Reading> writer =
                JdbcSink.appendTo("t", Reading.class, source).exactlyOnce().open(context)) {
            for (int i = 0; i < 20; i++) {
                writer.write(0, new Reading(i == 5 ? "too long" : "a", i == 11 ? -1 : i));
            }
            writer.flush();
            assertThat(refused).hasSize(2);
            writer.snapshot();
            writer.committed();
        }

        assertThat(values()).hasSize(18).doesNotContain("5", "11", "-1");
    }

    @Test
    void transactionThatWasLostBeforeTheCommitWasToldIsMadeAgain() throws Exception {
        try (SinkWriter<Reading> writer = open(source, null)) {
            writer.write(0, new Reading("a", 1));
            writer.flush();
            writer.snapshot();
            source.opened.get(0).close();

            assertRetryable(writer::committed);
            source.down = true;
            assertRetryable(writer::committed);
            source.down = false;
            writer.committed();
        }

        assertThat(values()).containsExactly("1");
    }

    @Test
    void transactionWhoseEndWasNotConfirmedIsNotMadeTwice() {
        AtomicBoolean losing = new AtomicBoolean();
        try (SinkWriter<Reading> writer = open(losingAnswers(losing), null)) {
            commit(writer, 1);
            writer.write(0, new Reading("a", 2));
            writer.flush();
            writer.snapshot();
            losing.set(true);
            assertRetryable(writer::committed);
            losing.set(false);

            writer.committed();
            commit(writer, 3);
        }

        assertThat(values()).containsExactly("1", "2", "3");
    }

    /** Connections that lose the answers to their commits, as long as they are told to. */
    private DataSource losingAnswers(AtomicBoolean losing) {
        return proxy(DataSource.class, source, (method, result) -> {
            if (!method.equals("getConnection")) {
                return result;
            }
            return proxy(Connection.class, (Connection) result, (call, answer) -> {
                if (call.equals("commit") && losing.get()) {
                    throw new SQLException("connection lost", "08006");
                }
                return answer;
            });
        });
    }

    private interface Answer {
        @Nullable
        Object of(String method, @Nullable Object result) throws Exception;
    }

    private static <T> T proxy(Class<T> type, T target, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (any, method, arguments) -> {
                    try {
                        return answer.of(method.getName(), method.invoke(target, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void databaseThatWasPutBackIsNoticed() {
        byte[] last;
        try (SinkWriter<Reading> writer = open(source, null)) {
            commit(writer, 1);
            last = commit(writer, 2);
        }
        database.execute("UPDATE \"datastream_commits\" SET \"commit_number\" = 0");

        assertThatThrownBy(() -> open(source, last))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining(
                        "has come to commit 0 in the database (expected: 2, as in the pipeline's last commit");
    }

    @Test
    void pipelineThatWasPutBackIsNoticed() {
        byte[] first;
        try (SinkWriter<Reading> writer = open(source, null)) {
            first = commit(writer, 1);
            commit(writer, 2);
        }

        assertThatThrownBy(() -> open(source, first)).hasMessageContaining("has come to commit 2 in the database");
        assertThat(values()).containsExactly("1", "2");
    }

    @Test
    void snapshotOfAnotherSinkIsRefused() {
        assertThatThrownBy(() -> open(source, new byte[] {9, 9}))
                .hasMessage(
                        "table \"t\", snapshot of 2 bytes: cannot be read: version 9 (expected: at most 2) (expected: what this"
                                + " sink has kept at the last commit)");
    }

    @Test
    void oneFromWhichAnotherHasTakenOverIsRefused() {
        byte[] committed;
        try (SinkWriter<Reading> frozen = open(source, null)) {
            committed = commit(frozen, 1);
            frozen.write(0, new Reading("a", 2));
            frozen.flush();
            frozen.snapshot();
            try (SinkWriter<Reading> other = open(source, committed)) {
                assertThatThrownBy(frozen::committed).hasMessageContaining("another has taken over from writer ");
                commit(other, 3);
            }
        }

        assertThat(values()).containsExactly("1", "3");
    }
}
