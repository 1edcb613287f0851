package io.datastream.jdbc.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.jdbc.poll.PollProgram.Entry;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What polling does on a real server, also when it or the program is killed. */
@Timeout(900)
abstract class ServerContract extends PollContract {
    /** {@code -Djdbc.records=200000} for more than usual. */
    private static final int RECORDS = Integer.getInteger("jdbc.records", 6_000);

    /** A transaction that stands still for so long on a busy machine would be missed. */
    private static final Duration OVERLAP = Duration.ofSeconds(RECORDS > 20_000 ? 5 : 60);

    private static final int BATCH = 100;
    private static final int KILLS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    abstract TestServer server();

    /** Ends all connections to the database of this test but the one that does it. */
    abstract void cutConnections() throws Exception;

    /** Locks the table so that it cannot be read. */
    abstract String lock();

    /** A type of times that are the same in every time zone, and what gives the present one. */
    abstract List<String> presentTime();

    /** How many connections wait for a lock. */
    abstract String waiting();

    @Override
    final Sql database() throws Exception {
        return server().database();
    }

    @Test
    void goesOnWhenItsConnectionWasCut() throws Exception {
        try (Asked<Item> asked =
                new Asked<>(folder.resolve("log"), sql, PolledRows.byId("items", "id"), Item.class, 10)) {
            sql.execute("INSERT INTO items (id, name, changed_at) VALUES (1, 'a', '2024-01-01 00:00:00')");
            asked.pass();
            cutConnections();
            sql.execute("INSERT INTO items (id, name, changed_at) VALUES (2, 'b', '2024-01-01 00:00:00')");
            assertThatThrownBy(asked::page)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("items at jdbc:")
                    .hasMessageNotContaining("user=");
            asked.pass();
            assertThat(asked.kept()).hasSize(2);
        }
    }

    @Test
    @Timeout(300)
    void breaksOffAQuestionWhenItIsClosed() throws Exception {
        sql.execute("CREATE TABLE entries (id bigint PRIMARY KEY, note varchar(100))");
        sql.execute("INSERT INTO entries VALUES (1, 'a')");
        try (Connection other = sql.connection();
                PollProgram program = new PollProgram(folder, sql.url(), PolledRows.byId("entries", "id"))) {
            Await.until("the row", LIMIT, () -> program.poller().status().records() == 1);
            other.setAutoCommit(false);
            Sql.execute(other, lock());
            Await.until("a question that waits", LIMIT, () -> sql.number(waiting()) > 0);
            program.poller().close(); // long before the limit of an answer, which is half an hour
            other.rollback();
        }
    }

    @Test
    void everyRowIsKeptOnceByItsNumberWhateverIsKilled() throws Exception {
        everyRowIsKeptOnceWhateverIsKilled("id", true);
    }

    @Test
    void everyRowIsKeptOnceByItsTimeThoughTheProgramIsKilled() throws Exception {
        everyRowIsKeptOnceWhateverIsKilled("written_at", false);
    }

    private void everyRowIsKeptOnceWhateverIsKilled(String order, boolean killsServer) throws Exception {
        sql.execute("CREATE TABLE entries (id bigint PRIMARY KEY, note varchar(100), written_at "
                + presentTime().get(0) + ")");
        sql.execute("CREATE INDEX entries_by_time ON entries (written_at, id)");
        int batches = RECORDS / BATCH;
        ChildJvm child = start(order);
        try {
            int killed = 0;
            for (int batch = 0; batch < batches; batch += 2) {
                write(batch);
                if (batch >= batches * (killed + 1) / (KILLS + 1) && killed < KILLS) {
                    killed++;
                    // the program has work behind it and before it
                    int enough = batch * BATCH / 2;
                    Await.until(enough + " results", LIMIT, () -> results().size() >= enough);
                    if (killed == 2 && killsServer) {
                        server().kill();
                        server().restart();
                    } else {
                        child.kill();
                        child.close();
                        child = start(order);
                    }
                }
            }
        } finally {
            child.kill();
            child.close();
        }
        Set<String> all = new HashSet<>();
        for (long id = 0; id < (long) batches * BATCH; id++) {
            all.add(id + " " + note(id));
        }
        try (PollProgram program = new PollProgram(folder, sql.url(), PollProgram.rows(order, OVERLAP))) {
            Await.until("all results", LIMIT, () -> results().equals(all));
            program.drain();
            List<Long> kept = kept(program.source());
            assertThat(kept).as("rows in the log").doesNotHaveDuplicates().hasSize(all.size());
            System.out.println(getClass().getSimpleName() + " by " + order + ": " + kept.size()
                    + " rows kept once, 4 kills" + (killsServer ? ", one of them of the server" : ""));
        }
        assertThat(results()).isEqualTo(all);
    }

    private static String note(long id) {
        return "note " + id * 7;
    }

    private ChildJvm start(String order) {
        ChildJvm child = ChildJvm.of(PollProgram.class)
                .withArguments(folder.toString(), sql.url(), order, OVERLAP.toString())
                .start();
        child.awaitOutput("ready", LIMIT);
        return child;
    }

    /** Two batches in two transactions, of which the one that begins first ends last. */
    private void write(int batch) throws SQLException {
        try (Connection first = sql.connection();
                Connection second = sql.connection()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            insert(first, batch);
            insert(second, batch + 1);
            second.commit();
            first.commit();
        }
    }

    private void insert(Connection connection, int batch) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO entries VALUES (?, ?, " + presentTime().get(1) + ")")) {
            for (long id = (long) batch * BATCH; id < (batch + 1L) * BATCH; id++) {
                insert.setLong(1, id);
                insert.setString(2, note(id));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static List<Long> kept(ReadableSource<Entry> source) {
        List<Long> kept = new ArrayList<>();
        SourceReader.Collector<Entry> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, Entry value, byte @Nullable [] original) {
                kept.add(value.id());
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                throw error;
            }
        };
        try (SourceReader<Entry> reader = source.open(0, 0)) {
            while (reader.poll(1_000, collector) == SourceReader.Status.MORE) {
                // reads on
            }
        }
        return kept;
    }

    /** The results; a line that was cut off by a kill is none. */
    private Set<String> results() throws IOException {
        Path file = folder.resolve("results");
        Set<String> whole = new HashSet<>();
        if (Files.exists(file)) {
            for (String line : Files.readString(file).split("\n", -1)) {
                if (line.endsWith(";")) {
                    whole.add(line.substring(0, line.length() - 1));
                }
            }
        }
        return whole;
    }
}
