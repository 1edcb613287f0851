package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is asked of TimescaleDB, which is not part of the server of the tests: a function and a view stand in for it, so this
 * tests the statements and not the extension.
 */
class PostgresHypertableIT {
    private static PostgresServer server;
    private TestDatabase database;

    record Reading(String sensor, Instant time, double value) {}

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

    private JdbcSink<Reading> readings() {
        return JdbcSink.upsertInto("readings", Reading.class, database.dataSource())
                .keyedBy("sensor", "time")
                .asHypertable("time")
                .createTable();
    }

    private void standIn() {
        database.execute("CREATE SCHEMA \"ts\"; CREATE TABLE ts.made (relation regclass, by text)");
        database.execute("CREATE FUNCTION ts.create_hypertable(relation regclass, time_column_name name,"
                + " if_not_exists boolean DEFAULT false)"
                + " RETURNS void LANGUAGE sql AS 'INSERT INTO ts.made VALUES ($1, $2)'");
        database.execute("CREATE SCHEMA timescaledb_information; CREATE VIEW timescaledb_information.hypertables AS"
                + " SELECT n.nspname AS hypertable_schema, c.relname AS hypertable_name FROM ts.made"
                + " JOIN pg_class c ON c.oid = made.relation JOIN pg_namespace n ON n.oid = c.relnamespace");
        database.execute("SET allow_system_table_mods = on; INSERT INTO pg_extension (oid, extname, extowner,"
                + " extnamespace, extrelocatable, extversion) SELECT 99999, 'timescaledb', r.oid, n.oid, false, '2'"
                + " FROM pg_roles r, pg_namespace n WHERE r.rolname = current_user AND n.nspname = 'ts'");
    }

    @Test
    void withoutTheExtensionThereIsOneErrorAndNoTable() {
        assertThatThrownBy(() -> readings().open(TestDatabase.context()))
                .hasMessage(
                        "table \"readings\": hypertable: the extension timescaledb is not in the database (expected:"
                                + " CREATE EXTENSION timescaledb, or no asHypertable())");
        assertThat(database.rows("SELECT 1 FROM pg_class WHERE relname = 'readings'"))
                .isEmpty();
    }

    @Test
    void newTableIsMadeOneOnce() {
        standIn();
        Reading reading = new Reading("a", Instant.parse("2024-01-01T00:00:00Z"), 1);

        database.write(readings(), reading);
        database.write(readings(), reading);

        assertThat(database.rows("SELECT relation, by FROM ts.made")).containsExactly("readings|time");
        assertThat(database.value("SELECT count(*) FROM readings", Long.class)).isEqualTo(1);
    }

    @Test
    void tableThatIsNoneIsLeftAsItIs() {
        standIn();
        database.execute("CREATE TABLE readings (sensor text, time timestamptz, value float8, UNIQUE (sensor, time))");

        assertThatThrownBy(() -> readings().open(TestDatabase.context()))
                .hasMessage("table \"readings\": is no hypertable (expected: SELECT \"ts\".create_hypertable("
                        + "'\"public\".\"readings\"', 'time', migrate_data => true), or no asHypertable())");
    }

    @Test
    void columnThatIsNotWrittenIsTold() {
        assertThatThrownBy(() -> readings().asHypertable("at").open(TestDatabase.context()))
                .hasMessage("table \"readings\": hypertable by \"at\": is not a column of the sink (expected: one of"
                        + " \"sensor\", \"time\", \"value\")");
    }
}
