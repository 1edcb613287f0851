package io.datastream.jdbc;

import io.datastream.sink.Sink;
import io.datastream.testkit.compat.SinkKit;
import java.util.List;

/** What the kit needs to know of the sink, on every database. */
abstract class JdbcSinkKit extends SinkKit<JdbcSinkKit.Reading> {
    record Reading(String sensor, int value) {}

    TestDatabase database;

    /** The database by its URL, so that the sink can be sent to another process. */
    abstract JdbcConnection connection();

    void createTable() {
        database.execute("CREATE TABLE t (sensor varchar(100) PRIMARY KEY, value integer CHECK (value >= 0))");
    }

    @Override
    protected Sink<Reading> sink() {
        return JdbcSink.upsertInto("t", Reading.class, connection());
    }

    @Override
    protected Reading result(int key, int version) {
        return new Reading("s" + key, version);
    }

    @Override
    protected List<Reading> contents() {
        return database.rows("SELECT value, sensor FROM t").stream()
                .map(row -> row.split("\\|", 2))
                .map(row -> new Reading(row[1], Integer.parseInt(row[0])))
                .toList();
    }

    @Override
    protected Reading refused() {
        return new Reading("below zero", -1);
    }

    @Override
    protected List<Reading> strange() {
        return List.of(
                new Reading("'; DROP TABLE t; --", 1),
                new Reading("\"\\{},NULL\n\t|", Integer.MAX_VALUE),
                new Reading("", 0),
                new Reading("\uD83D\uDE80 \u00e9\u4e16", 1),
                new Reading("x".repeat(100), 1));
    }
}
