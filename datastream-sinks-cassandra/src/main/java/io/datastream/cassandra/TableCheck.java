package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import io.datastream.sink.SinkException;
import io.datastream.sink.row.RowColumn;
import io.datastream.sink.row.RowLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a sink's columns with the table, which it creates when asked, and says all that does not fit at once.
 *
 * <p>It reads the database's own tables about tables. The driver has a picture of them too, but a session of the user's may
 * have that switched off or narrowed; and to renew it can block without end: where the driver's control connection is lost
 * in the middle of a renewal, it waits for that one until the session is closed.
 */
final class TableCheck {
    private static final Logger LOG = LoggerFactory.getLogger(TableCheck.class);

    /** Tasks of a JVM create one after the other: two that do so at once may disagree about the table. */
    private static final Object CREATING = new Object();

    /** More than the driver's wait until all nodes agree on the table, 10 s. */
    private static final Duration CREATION_LIMIT = Duration.ofSeconds(30);

    private final Definition definition;
    private final CqlSession session;

    /** The primary key. */
    private record Key(List<String> partition, List<String> clustering) {
        List<String> all() {
            List<String> all = new ArrayList<>(partition);
            all.addAll(clustering);
            return all;
        }

        @Override
        public String toString() {
            String text = "(" + quoted(partition) + ")";
            return clustering.isEmpty() ? "(" + text + ")" : "(" + text + ", " + quoted(clustering) + ")";
        }
    }

    TableCheck(Definition definition, CqlSession session) {
        this.definition = definition;
        this.session = session;
    }

    /** A column of the table: what it is called, of which type, and which part of the key it is, if any. */
    private record Column(String name, String type, String kind, int position) {}

    /** Only whether the table exists, for a sink whose columns are not known yet. */
    void exists() {
        if (!isThere() && !definition.create()) {
            throw fatal(": does not exist (expected: a table made beforehand, or createTable())");
        }
    }

    /** Finds or creates the table and compares it. */
    Target resolve(RowLayout layout) {
        if (!isThere()) {
            if (!definition.create()) {
                throw fatal(": does not exist (expected: " + createTable(layout, false) + "; createTable() does that)");
            }
            synchronized (CREATING) {
                if (!isThere()) {
                    create(layout);
                }
            }
        }
        return compare(layout, columns());
    }

    private boolean isThere() {
        if (!read("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?", table())
                .isEmpty()) {
            return true;
        }
        if (read("SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", definition.keyspace())
                .isEmpty()) {
            throw fatal(": keyspace \"" + definition.keyspace()
                    + "\" does not exist (expected: one made beforehand, with the replication that you want)");
        }
        return false;
    }

    private Object[] table() {
        return new Object[] {definition.keyspace(), definition.table()};
    }

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        for (Row row : read(
                "SELECT column_name, type, kind, position FROM system_schema.columns"
                        + " WHERE keyspace_name = ? AND table_name = ?",
                table())) {
            columns.add(new Column(row.getString(0), row.getString(1), row.getString(2), row.getInt(3)));
        }
        if (columns.isEmpty()) {
            throw Failures.retryable(definition.place() + ": not every node knows it yet");
        }
        return columns;
    }

    private List<Row> read(String cql, Object... values) {
        return session.execute(SimpleStatement.newInstance(cql, values).setIdempotent(true))
                .all();
    }

    /** Not idempotent, so that the driver leaves it at that where a connection is lost: the next try looks first. */
    private void create(RowLayout layout) {
        String cql = createTable(layout, true);
        session.execute(SimpleStatement.newInstance(cql).setIdempotent(false).setTimeout(CREATION_LIMIT));
        LOG.info("{}: created with {}", definition.place(), cql);
    }

    private String createTable(RowLayout layout, boolean unlessThere) {
        StringJoiner parts = new StringJoiner(", ", " (", ")");
        for (RowColumn column : layout.columns()) {
            parts.add(Target.quote(column.name()) + " " + cql(CqlTypes.created(column.type())));
        }
        parts.add("PRIMARY KEY " + keyWithoutTable(layout));
        return "CREATE TABLE " + (unlessThere ? "IF NOT EXISTS " : "") + Target.quote(definition.keyspace()) + "."
                + Target.quote(definition.table()) + parts;
    }

    /** The key as given, else what identifies a window: its key, and within that its edges. */
    private Key keyWithoutTable(RowLayout layout) {
        List<String> partition = new ArrayList<>(definition.partitionKey());
        List<String> clustering = new ArrayList<>(definition.clustering());
        List<String> natural = layout.naturalKey();
        if (partition.isEmpty() && clustering.isEmpty() && !natural.isEmpty()) {
            partition.addAll(natural.subList(0, natural.size() - 2));
            clustering.addAll(natural.subList(natural.size() - 2, natural.size()));
        }
        if (definition.bucket() != null) {
            partition.add(Bucket.NAME);
        }
        if (partition.isEmpty()) {
            throw fatal(": no partition key (expected: partitionedBy() with some of " + quoted(layout.names())
                    + ", or bucketedBy())");
        }
        Key key = new Key(partition, clustering);
        requireColumns(key.all(), layout);
        return key;
    }

    private void requireColumns(List<String> key, RowLayout layout) {
        for (String column : key) {
            if (!layout.names().contains(column)) {
                throw fatal(", key \"" + column + "\": is not a column of the sink (expected: one of "
                        + quoted(layout.names()) + ")");
            }
        }
    }

    private Target compare(RowLayout layout, List<Column> table) {
        Map<String, String> typeByName = table.stream().collect(Collectors.toMap(Column::name, Column::type));
        List<String> problems = new ArrayList<>();
        List<DataType> types = new ArrayList<>();
        for (RowColumn column : layout.columns()) {
            String actual = typeByName.get(column.name());
            String created = cql(CqlTypes.created(column.type()));
            Optional<DataType> type = CqlTypes.accepted(column.type()).stream()
                    .filter(accepted -> cql(accepted).equals(actual))
                    .findFirst();
            if (actual == null) {
                problems.add("column \"" + column.name() + "\": missing (expected: ALTER TABLE "
                        + Target.quote(definition.keyspace()) + "." + Target.quote(definition.table()) + " ADD "
                        + Target.quote(column.name()) + " " + created + ")");
            } else if (type.isEmpty()) {
                problems.add("column \"" + column.name() + "\": " + actual + " (expected: " + created + ")");
            } else {
                types.add(type.get());
            }
        }
        for (Column column : table) {
            if (column.type().equals(cql(DataTypes.COUNTER))) {
                problems.add("column \"" + column.name() + "\": counter (expected: a table without, as only UPDATE"
                        + " writes them)");
            }
        }
        Key actual = new Key(names(table, "partition_key"), names(table, "clustering"));
        if (!definition.partitionKey().isEmpty() || !definition.clustering().isEmpty() || definition.bucket() != null) {
            Key wanted = keyWithoutTable(layout);
            if (!wanted.equals(actual)) {
                problems.add("primary key: " + actual + " (expected: " + wanted + ")");
            }
        } else if (!layout.names().containsAll(actual.all())) {
            problems.add("primary key: " + actual + ", of which not all columns are written (expected: a key of "
                    + quoted(layout.names()) + ")");
        }
        if (problems.size() == 1) {
            throw fatal(", " + problems.get(0));
        }
        if (!problems.isEmpty()) {
            throw fatal(": " + problems.size() + " problems\n  " + String.join("\n  ", problems));
        }
        return new Target(layout.names(), types, actual.all());
    }

    private static String cql(DataType type) {
        return type.asCql(false, true);
    }

    private static List<String> names(List<Column> columns, String kind) {
        return columns.stream()
                .filter(column -> column.kind().equals(kind))
                .sorted(Comparator.comparingInt(Column::position))
                .map(Column::name)
                .toList();
    }

    private static String quoted(List<String> names) {
        return names.stream().map(Target::quote).collect(Collectors.joining(", "));
    }

    private SinkException fatal(String what) {
        return Failures.fatal(definition.place() + what, null);
    }
}
