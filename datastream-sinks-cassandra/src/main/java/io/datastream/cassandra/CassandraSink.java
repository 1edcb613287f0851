package io.datastream.cassandra;

import io.datastream.function.Fn;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.row.ColumnType;
import io.datastream.sink.row.RowMapping;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Writes results into a table of Cassandra, from version 4, a row for each.
 *
 * <p><b>Columns.</b> The components of a record, in snake case ({@code vwapPrice} goes to {@code vwap_price}); those of a
 * record within it with the outer name before theirs. Of a {@link Windowed} result: {@code key} (or the components of a
 * key that is a record; nothing for a single series), {@code window_start}, {@code window_end}, then the components of
 * the value, or {@code value}. Anything else goes to {@code value}. {@link #column column()} replaces all of that by
 * columns given one by one. If the class is not given, the first result tells it, and the table is checked then instead
 * of at the start.
 *
 * <p><b>Delivery.</b> {@link Guarantee#EFFECTIVELY_ONCE}: the time of writing of a row is the event time of its result, in
 * microseconds. A result that is written again after a crash changes nothing, and of several with the same key the one with
 * the latest event time stays, whatever the order. Of two with the same key and the same time Cassandra keeps, for each
 * column, the greater value. Rows that were deleted by hand stay deleted for results of events before that moment. The
 * database holds all rows when the pipeline commits.
 *
 * <p><b>Requests.</b> Statements are prepared once and sent to a replica of their partition. Rows of a partition travel
 * together, as an unlogged batch of at most 100 rows and 64 KiB; several requests are under way at the same time.
 *
 * <p><b>Names</b> are always quoted, those of keyspace and table also checked, and values always bound.
 *
 * <p><b>Errors.</b> A cluster that is away, overloaded, or has too few replicas, and an answer that does not come, are
 * retryable: the rows are kept. A table that does not fit is fatal, and the message holds the statement that helps. A row
 * that the database refuses is found and named by its key, and so is a value that does not fit: the error policy of the
 * step says what becomes of each such result, and its neighbours are written. No message holds a password.
 *
 * <p>A sink is immutable: each method gives a changed copy. Its writers hold at most one batch each, and the rows
 * of the requests that are under way.
 *
 * @param <T> the results
 */
public final class CassandraSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;

    /** Rows that are sent together, unless {@link #withBatch} says otherwise: {@value}. */
    public static final int DEFAULT_BATCH_ROWS = 500;

    /** How long a row waits for others while results keep coming, unless {@link #withBatch} says otherwise: 200 ms. */
    public static final Duration DEFAULT_BATCH_TIME = Duration.ofMillis(200);

    /** Requests of a writer under way at the same time, unless {@link #withConcurrency} says otherwise: {@value}. */
    public static final int DEFAULT_CONCURRENCY = 128;

    /** How many replicas must have a row, unless {@link #withConsistency} says otherwise. */
    public static final Consistency DEFAULT_CONSISTENCY = Consistency.LOCAL_QUORUM;

    /** The column that {@link #bucketedBy} adds: {@value}. */
    public static final String BUCKET_COLUMN = Bucket.NAME;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,48}");
    private static final Duration LONGEST_TIME_TO_LIVE = Duration.ofDays(20 * 365); // the limit of Cassandra

    private final Definition definition;
    private final RowMapping mapping;
    private final CassandraConnection connection;

    private CassandraSink(Definition definition, RowMapping mapping, CassandraConnection connection) {
        this.definition = definition;
        this.mapping = mapping;
        this.connection = connection;
    }

    private static <T> CassandraSink<T> into(
            String keyspace, String table, RowMapping mapping, CassandraConnection connection) {
        Definition definition = new Definition(
                checked("keyspace", keyspace),
                checked("table", table),
                false,
                List.of(),
                List.of(),
                null,
                0,
                DEFAULT_CONSISTENCY,
                DEFAULT_CONCURRENCY,
                DEFAULT_BATCH_ROWS,
                DEFAULT_BATCH_TIME.toNanos());
        return new CassandraSink<>(definition, mapping, connection);
    }

    /** Writes a row for each result. */
    public static <T> CassandraSink<T> into(String keyspace, String table, CassandraConnection connection) {
        return into(keyspace, table, RowMapping.INFERRED, connection);
    }

    /** Writes a row for each result of a class, whose columns are checked at the start. */
    public static <T> CassandraSink<T> into(
            String keyspace, String table, Class<T> type, CassandraConnection connection) {
        return into(keyspace, table, RowMapping.INFERRED.forClass(type), connection);
    }

    /** The same sink for windows with keys and values of these classes, whose columns are checked at the start. */
    public <K, R> CassandraSink<Windowed<K, R>> forWindows(Class<K> key, Class<R> value) {
        return new CassandraSink<>(definition, mapping.forWindows(key, value), connection);
    }

    /**
     * Adds a column by hand. The columns given this way are the only ones, in this order.
     *
     * @param value reads the column's value from a result; may give null unless the column is part of the key
     */
    @SuppressWarnings("unchecked") // the function is only called with results of this sink
    public CassandraSink<T> column(String name, Fn<? super T, ?> value, ColumnType type) {
        RowMapping.Given given = new RowMapping.Given(column(name), (Fn<Object, ?>) value, type);
        return new CassandraSink<>(definition, mapping.with(given), connection);
    }

    /** Gives another name to a column that was found in the results, such as {@code sensor} to {@code key}. */
    public CassandraSink<T> renaming(String from, String to) {
        return new CassandraSink<>(definition, mapping.renaming(from, column(to)), connection);
    }

    /** Adds a column with the event time of each result. */
    public CassandraSink<T> withEventTime(String column) {
        return new CassandraSink<>(definition, mapping.withTimeColumn(column(column)), connection);
    }

    /**
     * Says which columns choose the partition of a row; with {@link #clusteredBy} they are the primary key. If neither is
     * said, it is the key of the table; in one to be created for windows, the key is the partition, and start and end
     * order its rows.
     *
     * @param columns names of the sink's columns, at least one
     */
    public CassandraSink<T> partitionedBy(String... columns) {
        return new CassandraSink<>(definition.partitionedBy(some("partition key", columns)), mapping, connection);
    }

    /**
     * Says which columns order the rows of a partition and tell them apart.
     *
     * @param columns names of the sink's columns, at least one
     */
    public CassandraSink<T> clusteredBy(String... columns) {
        return new CassandraSink<>(definition.clusteredBy(some("clustering", columns)), mapping, connection);
    }

    private static List<String> some(String what, String... columns) {
        if (columns.length == 0) {
            throw new IllegalArgumentException(what + ": none (expected: at least one column)");
        }
        return List.of(columns);
    }

    /**
     * Divides partitions by time, so that none grows for ever: adds the column {@value #BUCKET_COLUMN} to the end of the
     * partition key. It holds the beginning of the span that the time of a row lies in. Spans follow each other from
     * 1970-01-01T00:00Z.
     *
     * @param timeColumn a column of the sink with a time, such as {@code window_start}
     * @param span length of a span, from a second to 100 years; such that a partition stays below some 100 MB
     */
    public CassandraSink<T> bucketedBy(String timeColumn, Duration span) {
        if (span.compareTo(Duration.ofSeconds(1)) < 0 || span.compareTo(Duration.ofDays(36_500)) > 0) {
            throw new IllegalArgumentException("span: " + span + " (expected: from a second to 100 years)");
        }
        return new CassandraSink<>(definition.with(new Bucket(timeColumn, span.toNanos())), mapping, connection);
    }

    /**
     * Creates the table if it does not exist, with the columns and the key of this sink, in a keyspace that exists. A
     * table that exists is never changed. Where several JVMs start at once, create it beforehand: Cassandra may make two
     * of tables that are created at the same moment by different nodes.
     */
    public CassandraSink<T> createTable() {
        return new CassandraSink<>(definition.creating(), mapping, connection);
    }

    /**
     * Lets rows go when they were written this long ago, by the database's clock; else the table says how long they stay.
     *
     * @param time whole seconds, from one to 20 years
     */
    public CassandraSink<T> withTimeToLive(Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0
                || time.compareTo(LONGEST_TIME_TO_LIVE) > 0
                || time.toNanosPart() != 0) {
            throw new IllegalArgumentException(
                    "time to live: " + time + " (expected: whole seconds, from one to 20 years)");
        }
        return new CassandraSink<>(definition.withTimeToLive((int) time.toSeconds()), mapping, connection);
    }

    /** Sets how many replicas must have a row. */
    public CassandraSink<T> withConsistency(Consistency consistency) {
        return new CassandraSink<>(definition.with(consistency), mapping, connection);
    }

    /** Sets how many requests of a writer are under way at the same time: from 1 to 1,024. */
    public CassandraSink<T> withConcurrency(int requests) {
        if (requests < 1 || requests > 1_024) {
            throw new IllegalArgumentException("requests: " + requests + " (expected: from 1 to 1024)");
        }
        return new CassandraSink<>(definition.withConcurrency(requests), mapping, connection);
    }

    /**
     * Sets how rows are gathered before they are sent. A batch of 4 MiB is sent in any case.
     *
     * @param rows rows that are sent together, from 1 to 100,000
     * @param longest how long a row waits for others while results keep coming; a commit sends it in any case
     */
    public CassandraSink<T> withBatch(int rows, Duration longest) {
        if (rows < 1 || rows > 100_000) {
            throw new IllegalArgumentException("rows: " + rows + " (expected: from 1 to 100000)");
        }
        if (longest.isNegative() || longest.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("longest: " + longest + " (expected: from 0 to a day)");
        }
        return new CassandraSink<>(definition.withBatch(rows, longest.toNanos()), mapping, connection);
    }

    private static String checked(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(what + ": \"" + name.replace("\0", "\\0")
                    + "\" (expected: 1 to 48 letters, digits or '_', as Cassandra allows)");
        }
        return name;
    }

    private static String column(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("column: \"" + name.replace("\0", "\\0")
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
        return Guarantee.EFFECTIVELY_ONCE;
    }

    /**
     * Connects and looks at the table.
     *
     * @throws SinkException if the cluster cannot be reached, which is retryable, or the table does not fit
     */
    @Override
    public SinkWriter<T> open(SinkContext context) {
        return new CassandraWriter<T>(definition, mapping, connection, context, System::nanoTime).opened();
    }

    /** What it writes to, without secrets. */
    @Override
    public String toString() {
        return "insert into " + definition.place() + " of " + connection;
    }
}
