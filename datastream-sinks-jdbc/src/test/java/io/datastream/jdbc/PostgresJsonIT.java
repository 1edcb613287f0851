package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Text that is JSON, in columns that know it. */
class PostgresJsonIT {
    private static PostgresServer server;
    private TestDatabase database;

    record Note(String id, String details) {}

    // region: arrays
    record Alert(String sensor, Instant time, List<String> tags, String details) {}
    // endregion

    @BeforeAll
    static void start() {
        server = PostgresServer.start(false);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void create() {
        database = server.database();
    }

    @Test
    void columnsOfJsonAreCreatedCopiedAndReplaced() {
        database.write(
                JdbcSink.appendTo("copied", Note.class, database.dataSource())
                        .withJson("details")
                        .createTable(),
                new Note("a", "{\"level\": 3, \"tags\": [\"x\", null]}"),
                new Note("b", null));
        JdbcSink<Note> upsert = JdbcSink.upsertInto("t", Note.class, database.dataSource())
                .keyedBy("id")
                .withJson("details")
                .createTable();
        database.write(upsert, new Note("a", "{\"level\": 1}"));
        database.write(upsert, new Note("a", "{\"level\": 2}"), new Note("b", null));

        assertThat(database.rows("SELECT id, details->>'level', details->'tags'->>0 FROM copied ORDER BY id"))
                .containsExactly("a|3|x", "b|null|null");
        assertThat(database.rows("SELECT id, details->'level' FROM t ORDER BY id"))
                .containsExactly("a|2", "b|null");
        assertThat(database.rows("SELECT DISTINCT pg_typeof(details) FROM t")).containsExactly("jsonb");
    }

    @Test
    void textThatIsNoJsonIsRefusedAndItsNeighboursAreWritten() {
        JdbcSink<Note> sink = JdbcSink.appendTo("t", Note.class, database.dataSource())
                .withJson("details")
                .createTable();

        assertThat(database.refused(sink, new Note("a", "{}"), new Note("b", "{"), new Note("c", "[1]")))
                .singleElement()
                .asString()
                .startsWith("table \"t\", row id=b, details={: ")
                .contains("json");
        assertThat(database.rows("SELECT id FROM t ORDER BY id")).containsExactly("a", "c");
    }

    @Test
    void columnOfTextIsToldWhereJsonIsWanted() {
        database.execute("CREATE TABLE t (id text, details text)");

        assertThatThrownBy(() -> JdbcSink.appendTo("t", Note.class, database.dataSource())
                        .withJson("details")
                        .open(TestDatabase.context()))
                .hasMessage("table \"t\", column \"details\": text (expected: jsonb)");
    }

    @Test
    void columnThatIsNoTextCannotBeJson() {
        record Count(String id, int number) {}

        assertThatThrownBy(() -> JdbcSink.appendTo("t", Count.class, database.dataSource())
                        .withJson("number")
                        .open(TestDatabase.context()))
                .hasMessage("table \"t\", column \"number\": JSON in a column of INTEGER (expected: text)");
        assertThatThrownBy(() -> JdbcSink.appendTo("t", Count.class, database.dataSource())
                        .withJson("nothing")
                        .open(TestDatabase.context()))
                .hasMessage("table \"t\", JSON \"nothing\": is not a column of the sink (expected: one of \"id\","
                        + " \"number\")");
    }

    private static JdbcSink<Alert> alerts(JdbcConnection connection) {
        // region: json
        JdbcSink<Alert> sink = JdbcSink.upsertInto("alerts", Alert.class, connection)
                .keyedBy("sensor", "time")
                .withJson("details")
                .createTable();
        // endregion
        return sink;
    }

    @Test
    void arraysAndJsonOfTheGuideAreWritten() {
        database.write(
                alerts(JdbcConnection.of(database.dataSource())),
                new Alert("a", Instant.parse("2024-01-01T00:00:00Z"), List.of("hot", "late"), "{\"limit\": 7}"));

        assertThat(database.rows("SELECT tags, details FROM alerts")).containsExactly("{hot,late}|{\"limit\": 7}");
    }
}
