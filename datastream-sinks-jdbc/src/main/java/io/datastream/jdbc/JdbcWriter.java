package io.datastream.jdbc;

import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.row.ColumnValues;
import io.datastream.sink.row.RowLayout;
import io.datastream.sink.row.RowMapping;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one task. A full batch is sent before the next row is taken, so that a call that failed for a lost
 * connection can be repeated: nothing of its row has been kept.
 */
final class JdbcWriter<T> implements SinkWriter<T> {
    private static final int COLUMNS_SHOWN = 3;

    private final Definition definition;
    private final RowMapping mapping;
    private final SinkContext context;
    private final LongSupplier nanoTime;
    private final Session session;
    private final String place;

    private @Nullable Prepared prepared;
    private long oldestNanos;
    private boolean closed;

    /** What is known once the table was looked at. */
    private record Prepared(Dialect dialect, RowLayout layout, Target target, Batch batch) {}

    JdbcWriter(
            Definition definition,
            RowMapping mapping,
            JdbcConnection connection,
            SinkContext context,
            LongSupplier nanoTime) {
        this.definition = definition;
        this.mapping = mapping;
        this.context = context;
        this.nanoTime = nanoTime;
        this.place = definition.place();
        this.session = new Session(connection, place, definition.networkTimeoutMillis(), nanoTime);
    }

    /** Looks at the table, as far as the columns are known. */
    JdbcWriter<T> opened() {
        try {
            if (mapping.isKnown()) {
                prepare(null);
            } else {
                Connection connection = session.connection();
                new TableCheck(definition, dialect(connection), connection).exists();
                connection.commit();
            }
            return this;
        } catch (SQLException e) {
            SinkException failure = Failures.of(place, e);
            session.discard(e);
            throw failure;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public void write(long time, T value) {
        checkOpen();
        Prepared ready = prepared(value);
        if (ready.batch().size() >= definition.batchRows()
                || (ready.batch().size() > 0 && nanoTime.getAsLong() - oldestNanos >= definition.batchNanos())) {
            send(ready);
        }
        @Nullable Object[] row;
        try {
            row = ready.layout().row(time, value, ready.batch().keyMask());
        } catch (RowLayout.BadValue e) {
            context.receipt().refuse(Failures.fatal(place + ", " + e.text(), e));
            return;
        }
        if (ready.batch().size() == 0) {
            oldestNanos = nanoTime.getAsLong();
        }
        ready.batch().add(new Row(row, context.receipt()));
    }

    @Override
    public void flush() {
        checkOpen();
        if (prepared != null && prepared.batch().size() > 0) {
            send(prepared);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            session.close();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(place + ": the writer is closed (expected: no more calls)");
        }
    }

    private Prepared prepared(T sample) {
        if (prepared != null) {
            return prepared;
        }
        try {
            return prepare(sample);
        } catch (SQLException e) {
            SinkException failure = Failures.of(place, e);
            session.discard(e);
            throw failure;
        }
    }

    private Prepared prepare(@Nullable Object sample) throws SQLException {
        RowLayout layout;
        try {
            layout = mapping.layout(sample);
        } catch (IllegalArgumentException e) {
            throw Failures.fatal(place + ", " + e.getMessage(), e);
        }
        Connection connection = session.connection();
        Dialect dialect = dialect(connection);
        Target target = new TableCheck(definition, dialect, connection).resolve(layout);
        connection.commit();
        Prepared ready = new Prepared(dialect, layout, target, new Batch(target.keyMask()));
        prepared = ready;
        return ready;
    }

    private Dialect dialect(Connection connection) throws SQLException {
        try {
            return Dialects.of(connection);
        } catch (IllegalArgumentException e) {
            throw Failures.fatal(place + ", " + e.getMessage(), e);
        }
    }

    private void send(Prepared ready) {
        List<Row> rows = ready.batch().rows();
        try {
            commit(ready, rows);
            ready.batch().clear();
        } catch (SQLException e) {
            SinkException failure = Failures.of(place, e);
            session.discard(e);
            if (Failures.kind(e) != Failures.Kind.ROW) {
                throw failure;
            }
            narrow(ready, rows, e);
        }
    }

    /** Writes rows in a transaction. */
    private void commit(Prepared ready, List<Row> rows) throws SQLException {
        session.rows(ready.dialect(), ready.target())
                .write(rows.stream().map(Row::values).toList());
        session.connection().commit();
    }

    /**
     * Finds the rows that are refused by halving, each half in a transaction of its own, so that deferred constraints
     * count as well. All others are written.
     */
    private void narrow(Prepared ready, List<Row> rows, SQLException first) {
        Deque<List<Row>> waiting = new ArrayDeque<>();
        List<Row> refused = new ArrayList<>();
        List<SQLException> reasons = new ArrayList<>();
        SQLException reason = first;
        List<Row> part = rows;
        while (true) {
            if (reason != null && part.size() == 1) {
                refused.add(part.get(0));
                reasons.add(reason);
            } else if (reason != null) {
                int half = part.size() / 2;
                waiting.push(part.subList(half, part.size()));
                waiting.push(part.subList(0, half));
            }
            if (waiting.isEmpty()) {
                break;
            }
            part = waiting.pop();
            try {
                commit(ready, part);
                reason = null;
            } catch (SQLException e) {
                SinkException failure = Failures.of(place, e);
                session.discard(e);
                if (Failures.kind(e) != Failures.Kind.ROW) {
                    List<Row> left = new ArrayList<>(refused);
                    left.addAll(part);
                    waiting.forEach(left::addAll);
                    ready.batch().retain(left);
                    throw failure;
                }
                reason = e;
            }
        }
        ready.batch().clear();
        // none are refused if rows disturbed each other, such as keys that only the database takes as equal
        for (int i = 0; i < refused.size(); i++) {
            refused.get(i).receipt().refuse(refusal(ready.target(), refused.get(i), reasons.get(i)));
        }
    }

    private SinkException refusal(Target target, Row row, SQLException reason) {
        String named = place + ", row " + describe(target, row.values()) + ": ";
        return Failures.fatal(named + Failures.text(reason), reason);
    }

    /** The key of a row, or, where there is none, its first columns. */
    private static String describe(Target target, @Nullable Object[] row) {
        StringJoiner text = new StringJoiner(", ");
        boolean[] key = target.keyMask();
        for (int i = 0; i < row.length; i++) {
            if (key[i] || (target.key().isEmpty() && i < COLUMNS_SHOWN)) {
                text.add(target.columns().get(i).name() + "=" + ColumnValues.show(row[i]));
            }
        }
        return text.toString();
    }
}
