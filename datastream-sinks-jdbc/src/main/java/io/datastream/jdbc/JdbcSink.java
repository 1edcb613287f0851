package io.datastream.jdbc;

import io.datastream.function.Fn;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.row.ColumnType;
import io.datastream.sink.row.RowMapping;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Writes results into a table of PostgreSQL, MariaDB, SQLite or H2, a row for each.
 *
 * <p><b>Columns.</b> The components of a record, in snake case ({@code vwapPrice} goes to {@code vwap_price}); those of a
 * record within it with the outer name before theirs. Lists and arrays are columns of arrays, on PostgreSQL. Of a {@link Windowed} result: {@code key} (or the components of a
 * key that is a record; nothing for a single series), {@code window_start}, {@code window_end}, then the components of
 * the value, or {@code value}. Anything else goes to {@code value}. {@link #column column()} replaces all of that by
 * columns given one by one. If the class is not given, the first result tells it, and the table is checked then instead
 * of at the start. {@link ColumnType} lists which values a column takes; {@code NaN} is stored as such.
 *
 * <p><b>Delivery.</b> An upsert replaces the row with the same key, so a result that is written again after a crash
 * changes nothing: {@link Guarantee#EFFECTIVELY_ONCE}. Appended rows may be there twice:
 * {@link Guarantee#AT_LEAST_ONCE}. With {@link #exactlyOnce()} each is there once. Else rows are sent in batches, a transaction each, and are in the database when the
 * pipeline commits. Of rows with the same key in a batch, only the last is sent.
 *
 * <p><b>Names</b> of tables and columns are always quoted, and values always bound. A name that the table does not have
 * is taken for one that differs in case alone, if there is just one: {@code candles} finds H2's {@code CANDLES}.
 *
 * <p><b>Errors.</b> A lost connection, a deadlock, a server that restarts or is full is retryable: the batch is kept, and
 * the next call goes on with a new connection. A table that does not fit is fatal, and the message holds the statement
 * that helps. A row that the database refuses, or that has a value that does not fit, is found and named by its key, and all
 * others of its batch are written; the policy of {@code to(sink, policy)} says what becomes of it, and by default the
 * pipeline fails. No message holds a password.
 *
 * <p>A sink is immutable: each method gives a changed copy. Its writers hold one connection and at most one batch each.
 *
 * @param <T> the results
 */
public final class JdbcSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;

    /** Rows that are sent together, unless {@link #withBatch} says otherwise: {@value}. */
    public static final int DEFAULT_BATCH_ROWS = 10_000;

    /** How long a row waits for others while results keep coming, unless {@link #withBatch} says otherwise: 200 ms. */
    public static final Duration DEFAULT_BATCH_TIME = Duration.ofMillis(200);

    /** How long the database may be silent, unless {@link #withNetworkTimeout} says otherwise: 30 s. */
    public static final Duration DEFAULT_NETWORK_TIMEOUT = Duration.ofSeconds(30);

    private final Definition definition;
    private final RowMapping mapping;
    private final JdbcConnection connection;

    private JdbcSink(Definition definition, RowMapping mapping, JdbcConnection connection) {
        this.definition = definition;
        this.mapping = mapping;
        this.connection = connection;
    }

    private static <T> JdbcSink<T> into(String table, boolean upsert, RowMapping mapping, JdbcConnection connection) {
        Definition definition = new Definition(
                identifier("table", table),
                null,
                upsert,
                false,
                false,
                List.of(),
                Set.of(),
                null,
                DEFAULT_BATCH_ROWS,
                DEFAULT_BATCH_TIME.toNanos(),
                (int) DEFAULT_NETWORK_TIMEOUT.toMillis());
        return new JdbcSink<>(definition, mapping.withArrays(), connection);
    }

    /** Writes a row for each result, which replaces the one with the same key; see {@link #keyedBy}. */
    public static <T> JdbcSink<T> upsertInto(String table, JdbcConnection connection) {
        return into(table, true, RowMapping.INFERRED, connection);
    }

    /** As {@link #upsertInto(String, JdbcConnection)}, with connections of a data source of this JVM. */
    public static <T> JdbcSink<T> upsertInto(String table, DataSource dataSource) {
        return upsertInto(table, JdbcConnection.of(dataSource));
    }

    /** As {@link #upsertInto(String, JdbcConnection)}, for results of a class, whose columns are checked at the start. */
    public static <T> JdbcSink<T> upsertInto(String table, Class<T> type, JdbcConnection connection) {
        return into(table, true, RowMapping.INFERRED.forClass(type), connection);
    }

    /** As {@link #upsertInto(String, Class, JdbcConnection)}, with connections of a data source of this JVM. */
    public static <T> JdbcSink<T> upsertInto(String table, Class<T> type, DataSource dataSource) {
        return upsertInto(table, type, JdbcConnection.of(dataSource));
    }

    /** Adds a row for each result; after a crash some rows may be there twice, unless it is {@link #exactlyOnce()}. */
    public static <T> JdbcSink<T> appendTo(String table, JdbcConnection connection) {
        return into(table, false, RowMapping.INFERRED, connection);
    }

    /** As {@link #appendTo(String, JdbcConnection)}, with connections of a data source of this JVM. */
    public static <T> JdbcSink<T> appendTo(String table, DataSource dataSource) {
        return appendTo(table, JdbcConnection.of(dataSource));
    }

    /** As {@link #appendTo(String, JdbcConnection)}, for results of a class, whose columns are checked at the start. */
    public static <T> JdbcSink<T> appendTo(String table, Class<T> type, JdbcConnection connection) {
        return into(table, false, RowMapping.INFERRED.forClass(type), connection);
    }

    /** As {@link #appendTo(String, Class, JdbcConnection)}, with connections of a data source of this JVM. */
    public static <T> JdbcSink<T> appendTo(String table, Class<T> type, DataSource dataSource) {
        return appendTo(table, type, JdbcConnection.of(dataSource));
    }

    /** The same sink for windows with keys and values of these classes, whose columns are checked at the start. */
    public <K, R> JdbcSink<Windowed<K, R>> forWindows(Class<K> key, Class<R> value) {
        return new JdbcSink<>(definition, mapping.forWindows(key, value), connection);
    }

    /**
     * Adds a column by hand. The columns given this way are the only ones, in this order.
     *
     * @param value reads the column's value from a result; may give null unless the column is part of the key
     */
    @SuppressWarnings("unchecked") // the function is only called with results of this sink
    public JdbcSink<T> column(String name, Fn<? super T, ?> value, ColumnType type) {
        RowMapping.Given given = new RowMapping.Given(identifier("column", name), (Fn<Object, ?>) value, type);
        return new JdbcSink<>(definition, mapping.with(given), connection);
    }

    /**
     * Adds a column of arrays by hand, which PostgreSQL has; else as {@link #column column()}.
     *
     * @param value reads a list or an array from a result; it and its elements may be null
     * @param element the type of the elements
     */
    @SuppressWarnings("unchecked") // the function is only called with results of this sink
    public JdbcSink<T> arrayColumn(String name, Fn<? super T, ?> value, ColumnType element) {
        RowMapping.Given given = new RowMapping.Given(identifier("column", name), (Fn<Object, ?>) value, element, true);
        return new JdbcSink<>(definition, mapping.with(given), connection);
    }

    /** Gives another name to a column that was found in the results, such as {@code sensor} to {@code key}. */
    public JdbcSink<T> renaming(String from, String to) {
        return new JdbcSink<>(definition, mapping.renaming(from, identifier("column", to)), connection);
    }

    /** Adds a column with the event time of each result. */
    public JdbcSink<T> withEventTime(String column) {
        return new JdbcSink<>(definition, mapping.withTimeColumn(identifier("column", column)), connection);
    }

    /**
     * Says which columns identify a row; the table needs a primary key or a unique constraint on them. If nothing is
     * said, it is the table's primary key; for windows in a table without one, and in one to be created, it is key, start
     * and end. Edges that differ by less than a microsecond are the same.
     *
     * @param columns names of the sink's columns, at least one
     */
    public JdbcSink<T> keyedBy(String... columns) {
        if (columns.length == 0) {
            throw new IllegalArgumentException("key: none (expected: at least one column)");
        }
        if (!definition.upsert()) {
            throw new IllegalStateException(
                    definition.place() + ": rows are appended (expected: no key, or upsertInto())");
        }
        return new JdbcSink<>(definition.keyedBy(List.of(columns)), mapping, connection);
    }

    /** Looks for the table in this schema instead of the connection's own. */
    public JdbcSink<T> inSchema(String schema) {
        return new JdbcSink<>(definition.inSchema(identifier("schema", schema)), mapping, connection);
    }

    /**
     * Creates the table if it does not exist, with the columns and the key of this sink. A table that exists is never
     * changed.
     */
    public JdbcSink<T> createTable() {
        return new JdbcSink<>(definition.creating(), mapping, connection);
    }

    /**
     * Says which columns of text hold JSON, so that they are {@code jsonb} in PostgreSQL. Text that is none is refused with
     * its row.
     *
     * @param columns names of the sink's columns, whose values are strings
     */
    public JdbcSink<T> withJson(String... columns) {
        return new JdbcSink<>(definition.withJson(Set.of(columns)), mapping, connection);
    }

    /**
     * Makes the table that {@link #createTable} creates a hypertable of TimescaleDB. Without that extension, and with a table
     * that exists and is none, the sink is not opened.
     *
     * @param timeColumn the column by whose time it is cut; of an upsert, part of the key
     */
    public JdbcSink<T> asHypertable(String timeColumn) {
        return new JdbcSink<>(definition.asHypertable(identifier("column", timeColumn)), mapping, connection);
    }

    /**
     * Has each result in the table exactly once, and seen by others not before the pipeline has committed it.
     *
     * <p>The rows between two commits of the pipeline are one transaction of the database, which stays open until the
     * pipeline has committed. With the rows it notes the number of the commit in the table {@code datastream_commits}, which
     * is made beside the results if it is missing, under a token that whoever takes over raises: a worker that was taken for
     * dead and wakes up is refused. The pipeline's commit holds the rows too, in case that anything dies in between; so
     * they are in memory and pass through the checkpoint, or through Kafka, once. Commits should be frequent: every second or
     * more often.
     */
    public JdbcSink<T> exactlyOnce() {
        return new JdbcSink<>(definition.exactlyOnce(), mapping, connection);
    }

    /**
     * Sets how rows are gathered before they are sent.
     *
     * @param rows rows that are sent together, from 1 to 100,000
     * @param longest how long a row waits for others while results keep coming; a commit sends it in any case
     */
    public JdbcSink<T> withBatch(int rows, Duration longest) {
        if (rows < 1 || rows > 100_000) {
            throw new IllegalArgumentException("rows: " + rows + " (expected: from 1 to 100000)");
        }
        if (longest.isNegative() || longest.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("longest: " + longest + " (expected: from 0 to a day)");
        }
        return new JdbcSink<>(definition.withBatch(rows, longest.toNanos()), mapping, connection);
    }

    /** Sets how long the database may be silent before its connection counts as lost: from a second to a day. */
    public JdbcSink<T> withNetworkTimeout(Duration timeout) {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: from a second to a day)");
        }
        return new JdbcSink<>(definition.withNetworkTimeout((int) timeout.toMillis()), mapping, connection);
    }

    private static String identifier(String what, String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + ": \"" + name.replace("\0", "\\0")
                    + "\" (expected: a name of at least one character, none of them NUL)");
        }
        return name;
    }

    @Override
    public String name() {
        return definition.table();
    }

    @Override
    public Guarantee guarantee() {
        if (definition.exact()) {
            return Guarantee.EXACTLY_ONCE;
        }
        return definition.upsert() ? Guarantee.EFFECTIVELY_ONCE : Guarantee.AT_LEAST_ONCE;
    }

    @Override
    public SinkWriter<T> open(SinkContext context) {
        TableWriter<T> writer = definition.exact()
                ? new ExactWriter<>(definition, mapping, connection, context, System::nanoTime)
                : new JdbcWriter<>(definition, mapping, connection, context, System::nanoTime);
        return writer.opened();
    }

    /** What it writes to, without secrets. */
    @Override
    public String toString() {
        return (definition.upsert() ? "upsert into " : "append to ") + definition.place() + " of " + connection;
    }
}
