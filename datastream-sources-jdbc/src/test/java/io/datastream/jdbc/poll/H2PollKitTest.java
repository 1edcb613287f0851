package io.datastream.jdbc.poll;

import io.datastream.formats.json.JsonCodec;
import io.datastream.log.PolledLog;
import io.datastream.source.ReadableSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.compat.SourceKit;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class H2PollKitTest extends SourceKit<H2PollKitTest.Reading> {
    @TempDir
    Path folder;

    private final Sql sql = Sql.h2();
    private PolledLog log;
    private JdbcPoller poller;
    private long keptBefore;

    record Reading(long id, String sensor) {}

    @BeforeEach
    void open() {
        sql.execute("CREATE TABLE readings (id bigint AUTO_INCREMENT PRIMARY KEY, sensor varchar(20))");
        log = PolledLog.open(folder.resolve("readings"));
        poller = poll().start();
    }

    private JdbcPoll<Reading> poll() {
        return JdbcPoll.of(
                        Database.at(sql.url()),
                        PolledRows.byId("readings", "id").withOverlap(50),
                        Reading.class,
                        JsonCodec.of(Reading.class),
                        log)
                .every(Duration.ofMillis(5));
    }

    @AfterEach
    void close() {
        keptBefore += poller.status().records();
        poller.close();
        log.close();
    }

    @Override
    protected void restart() {
        close();
        log = PolledLog.open(folder.resolve("readings"));
        poller = poll().start();
    }

    @Override
    protected ReadableSource<Reading> source() {
        return poll().source();
    }

    @Override
    protected Reading record(int number) {
        return new Reading(number + 1L, "sensor " + number);
    }

    @Override
    protected void feed(List<Reading> records) throws SQLException {
        try (Connection connection = sql.connection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO readings VALUES (?, ?)")) {
            connection.setAutoCommit(false);
            for (Reading each : records) {
                insert.setLong(1, each.id());
                insert.setString(2, each.sensor());
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
        awaitKept();
    }

    @Override
    protected boolean feedMalformed() {
        // of a lower number than those before it, but later: it is found in the overlap
        sql.execute("INSERT INTO readings (id, sensor) VALUES (0, NULL)");
        awaitKept();
        return true;
    }

    private void awaitKept() {
        long rows = sql.number("SELECT count(*) FROM readings");
        Await.until(
                "the rows in the log",
                patience(),
                () -> keptBefore + poller.status().records() >= rows);
    }
}
