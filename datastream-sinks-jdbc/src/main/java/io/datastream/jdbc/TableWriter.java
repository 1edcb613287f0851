package io.datastream.jdbc;

import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.row.ColumnValues;
import io.datastream.sink.row.RowLayout;
import io.datastream.sink.row.RowMapping;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What all writers of rows do: they look at the table, make rows of results, and say which row was refused. */
abstract class TableWriter<T> implements SinkWriter<T> {
    private static final int COLUMNS_SHOWN = 3;

    final Definition definition;
    final SinkContext context;
    final Session session;
    final String place;
    private final RowMapping mapping;
    private final LongSupplier nanoTime;

    private @Nullable Prepared prepared;
    private long oldestNanos;
    private boolean closed;

    /** What is known once the table was looked at. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Prepared(Dialect dialect, RowLayout layout, Target target, boolean[] key) {}

    TableWriter(
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
    TableWriter<T> opened() {
        try {
            if (mapping.isKnown()) {
                prepared = prepare(layout(null));
            } else {
                Connection connection = session.connection();
                new TableCheck(definition, session.dialect(), connection).exists();
                connection.commit();
            }
            begin();
            return this;
        } catch (SQLException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Does what is to be done before the first result. */
    void begin() throws SQLException {}

    /** How many rows wait to be sent. */
    abstract int waiting();

    /** Sends what waits. */
    abstract void send(Prepared ready);

    /** Takes a row. */
    abstract void add(Prepared ready, Row row);

    @Override
    public void write(long time, T value) {
        checkOpen();
        Prepared ready = prepared(value);
        if (waiting() >= definition.batchRows()
                || (waiting() > 0 && nanoTime.getAsLong() - oldestNanos >= definition.batchNanos())) {
            send(ready);
        }
        @Nullable Object[] row;
        try {
            row = ready.layout().row(time, value, ready.key());
        } catch (RowLayout.BadValue e) {
            context.receipt().refuse(Failures.fatal(place + ", " + e.text(), e));
            return;
        }
        if (waiting() == 0) {
            oldestNanos = nanoTime.getAsLong();
        }
        add(ready, new Row(row, context.receipt()));
    }

    @Override
    public void flush() {
        checkOpen();
        if (prepared != null && waiting() > 0) {
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

    final void checkOpen() {
        if (closed) {
            throw new IllegalStateException(place + ": the writer is closed (expected: no more calls)");
        }
    }

    private Prepared prepared(T sample) {
        if (prepared != null) {
            return prepared;
        }
        try {
            Prepared ready = prepare(layout(sample));
            prepared = ready;
            return ready;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private RowLayout layout(@Nullable Object sample) {
        try {
            return mapping.layout(sample);
        } catch (IllegalArgumentException e) {
            throw Failures.fatal(place + ", " + e.getMessage(), e);
        }
    }

    /** Looks at the table. Not within a transaction that has written something. */
    final Prepared prepare(RowLayout layout) throws SQLException {
        Connection connection = session.connection();
        Dialect dialect = session.dialect();
        Target target = new TableCheck(definition, dialect, connection).resolve(layout);
        connection.commit();
        return new Prepared(dialect, layout, target, target.keyMask());
    }

    /** What to throw for an error that ends the connection. */
    final SinkException failed(SQLException e) {
        SinkException failure = Failures.of(place, e);
        session.discard(e);
        return failure;
    }

    static List<@Nullable Object[]> values(List<Row> rows) {
        return rows.stream().map(Row::values).toList();
    }

    final SinkException refusal(Target target, Halving.Refused refused) {
        String named = place + ", row " + describe(target, refused.row().values()) + ": ";
        return Failures.fatal(named + Failures.text(refused.reason()), refused.reason());
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
