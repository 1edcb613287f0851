package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import io.datastream.sink.Sink;
import io.datastream.testkit.compat.SinkKit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** The kit for sinks, on some Cassandra. */
abstract class CassandraSinkKit extends SinkKit<CassandraSinkKit.Result> {
    record Result(String series, int value, String text) {}

    /** How the sink reaches it. */
    abstract CassandraConnection connection();

    /** Another way to it. */
    abstract CqlSession session();

    @BeforeEach
    void create() {
        session()
                .execute("CREATE KEYSPACE IF NOT EXISTS kit"
                        + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        session().execute("CREATE TABLE IF NOT EXISTS kit.results (series text PRIMARY KEY, value int, text text)");
        session().execute("TRUNCATE kit.results");
    }

    @Override
    protected Sink<Result> sink() {
        return CassandraSink.into("kit", "results", Result.class, connection());
    }

    @Override
    protected Result result(int key, int version) {
        return new Result("s" + key, version, "x");
    }

    /** Later for each version, as the row with the latest event time is the one that stays. */
    @Override
    protected long time(int key, int version) {
        return super.time(key, 0) + version * 1_000L;
    }

    @Override
    protected List<Result> contents() {
        List<Result> results = new ArrayList<>();
        for (Row row : session().execute("SELECT series, value, text FROM kit.results")) {
            results.add(new Result(row.getString(0), row.getInt(1), row.getString(2)));
        }
        return results;
    }

    @Override
    protected Result refused() {
        return new Result("", 1, "a key may not be empty");
    }

    @Override
    protected List<Result> strange() {
        List<String> texts = List.of(
                "'); TRUNCATE results; --",
                "\"; DROP TABLE results; --",
                "a\r\n\t\0\1",
                "?:{}$$ ` \\ %s",
                "\uD83D\uDE80 \u00e9\u4e16",
                "x".repeat(60_000));
        List<Result> results = new ArrayList<>(List.of(new Result("empty", 0, "")));
        texts.forEach(text -> results.add(new Result(text, text.length(), text)));
        return results;
    }
}
