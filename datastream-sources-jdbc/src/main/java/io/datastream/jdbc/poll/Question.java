package io.datastream.jdbc.poll;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.record.RecordShape;
import io.datastream.error.Masking;
import io.datastream.error.OneLine;
import io.datastream.jdbc.poll.PollState.Pass;
import io.datastream.log.PolledRecord;
import io.datastream.log.Poller;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for a page of rows. Used by the thread of the poller, but for {@link #stop}. */
final class Question<T> implements Poller.Question {
    private static final Logger LOG = LoggerFactory.getLogger(Question.class);

    /** A cursor with more rows in it is too much for each answer. */
    static final int MOST_GIVEN = 100_000;

    private final Database database;
    private final PolledRows rows;
    private final RecordShape<T> shape;
    private final Codec<T> codec;
    private final int pageRows;
    private final Duration timeout;
    private final Clock clock;

    private final Object lock = new Object();
    private final CountDownLatch never = new CountDownLatch(1);
    private boolean stopped;
    private @Nullable Connection connection;
    private @Nullable Table<T> table;

    private byte @Nullable [] known;
    private PollState state = PollState.beginning();

    Question(
            Database database,
            PolledRows rows,
            Class<T> type,
            Codec<T> codec,
            int pageRows,
            Duration timeout,
            Clock clock) {
        this.database = database;
        this.rows = rows;
        this.shape = RecordShape.of(type);
        this.codec = codec;
        this.pageRows = pageRows;
        this.timeout = timeout;
        this.clock = clock;
    }

    @Override
    public Poller.Answer ask(byte @Nullable [] cursor) throws Exception {
        PollState from = state(cursor);
        Answered answered;
        try {
            answered = answer(table(), from);
        } catch (SQLException e) {
            awaitEnd();
            release();
            throw new IOException(rows.table + " at " + database + ": " + database.told(e), e);
        } catch (IOException e) {
            awaitEnd();
            release();
            throw new IOException(database + ": " + e.getMessage(), e);
        }
        byte[] bytes = answered.state.encode(rows.identity());
        known = bytes;
        state = answered.state;
        return new Poller.Answer(answered.records, bytes, answered.isMore);
    }

    private PollState state(byte @Nullable [] cursor) throws IOException {
        if (cursor == null) {
            return PollState.beginning();
        }
        // the answer may not have been kept
        return Arrays.equals(cursor, known) ? state : PollState.decode(cursor, rows.identity());
    }

    private record Answered(List<PolledRecord> records, PollState state, boolean isMore) {}

    private Answered answer(Table<T> from, PollState before) throws SQLException, IOException {
        Pass pass = before.pass();
        long top;
        long next;
        if (pass == null) {
            Long highest = from.top();
            if (highest == null) {
                return new Answered(List.of(), before, false);
            }
            top = highest;
            // a time ahead of the clock, by mistake, must not keep later rows from being found
            long base = rows.byTime ? Math.min(top, EventTime.nanos(clock.instant())) : top;
            next = Math.max(before.low(), EventTime.minus(base, rows.overlap));
        } else {
            top = pass.top();
            next = pass.next();
        }
        Set<RowId> given = new LinkedHashSet<>(before.given());
        List<PolledRecord> records = new ArrayList<>();
        @Nullable RowId[] last = {pass == null ? null : pass.last()};
        boolean isFull = true;
        while (isFull && records.isEmpty()) { // pages with nothing new are not worth a cursor
            int count = from.page(before.low(), last[0], top, (row, id) -> {
                last[0] = id;
                if (!before.given().contains(id)) {
                    records.add(record(from, row, id));
                    if (id.order() >= next) {
                        given.add(id);
                    }
                }
            });
            isFull = count == pageRows;
        }
        if (given.size() > MOST_GIVEN) {
            throw new IOException(rows.table + ": more than " + MOST_GIVEN
                    + " rows in the overlap (expected: fewer; see withOverlap)");
        }
        if (isFull) {
            Pass unfinished = new Pass(top, next, Objects.requireNonNull(last[0]));
            return new Answered(records, new PollState(before.low(), unfinished, given), true);
        }
        given.removeIf(each -> each.order() < next);
        return new Answered(records, new PollState(next, null, given), false);
    }

    private PolledRecord record(Table<T> from, ResultSet row, RowId id) throws SQLException {
        try {
            return PolledRecord.of(codec.encode(from.reader.read(row)));
        } catch (CodecException e) {
            return malformed(id, String.valueOf(Masking.masked(e, shape.type()).getMessage()));
        } catch (SQLException e) {
            String state = e.getSQLState() == null ? "" : e.getSQLState();
            if (state.startsWith("08") || state.startsWith("57")) {
                throw e; // it is not the row
            }
            return malformed(
                    id,
                    Masking.hasMasked(shape.type())
                            ? "cannot be read; why is not shown, since it has masked fields (SQLSTATE " + state + ")"
                            : database.told(e));
        }
    }

    private PolledRecord malformed(RowId id, String problem) {
        String key = rows.key + "=" + OneLine.of(String.valueOf(id.key()), 60);
        String shown = Masking.isMasked(shape.type(), rows.key) ? rows.key + "=" + Masking.MASK : key;
        return PolledRecord.malformed(
                key.getBytes(StandardCharsets.UTF_8), rows.table + " with " + shown + ": " + problem);
    }

    private Table<T> table() throws SQLException, IOException {
        Table<T> open = table;
        if (open != null) {
            return open;
        }
        Connection opened = database.open();
        synchronized (lock) {
            connection = opened;
            if (stopped) {
                throw new IOException("stopped");
            }
        }
        opened.setAutoCommit(true);
        int millis = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis() + 5_000);
        try {
            opened.setNetworkTimeout(Runnable::run, millis);
        } catch (SQLFeatureNotSupportedException e) {
            LOG.debug("poll of {}: without a limit of time on the network: {}", rows, e.getMessage());
        }
        int seconds = (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toSeconds()));
        Table<T> looked = Table.of(opened, rows, shape, pageRows, seconds);
        table = looked;
        return looked;
    }

    private void release() {
        synchronized (lock) {
            table = null;
            Connection open = connection;
            connection = null;
            if (open != null) {
                try {
                    open.close();
                } catch (SQLException e) {
                    LOG.debug("poll of {}: a connection could not be closed: {}", rows, database.told(e));
                }
            }
        }
    }

    /** Once stopped, what fails does so on purpose, and the thread is about to be interrupted. */
    private void awaitEnd() throws InterruptedException {
        boolean end;
        synchronized (lock) {
            end = stopped;
        }
        if (end) {
            never.await();
        }
    }

    /** Breaks off the question that is asked, if one is. The thread that asks must be interrupted then. */
    void stop() {
        synchronized (lock) {
            stopped = true;
            Connection open = connection;
            if (open != null) {
                try {
                    open.abort(Runnable::run);
                } catch (SQLException e) {
                    LOG.debug("poll of {}: a connection could not be broken off: {}", rows, database.told(e));
                }
            }
        }
    }

    /** Closes the connection, after the last question. */
    void end() {
        release();
    }
}
