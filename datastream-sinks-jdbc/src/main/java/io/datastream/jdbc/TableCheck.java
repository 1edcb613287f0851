package io.datastream.jdbc;

import io.datastream.sink.SinkException;
import io.datastream.sink.row.ColumnType;
import io.datastream.sink.row.RowColumn;
import io.datastream.sink.row.RowLayout;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares a sink's columns with the table, which it creates when asked, and says all that does not fit at once. */
final class TableCheck {
    private static final Logger LOG = LoggerFactory.getLogger(TableCheck.class);

    private final Definition definition;
    private final Dialect dialect;
    private final Connection connection;

    TableCheck(Definition definition, Dialect dialect, Connection connection) {
        this.definition = definition;
        this.dialect = dialect;
        this.connection = connection;
    }

    /** Only whether the table exists, for a sink whose columns are not known yet. */
    void exists() throws SQLException {
        names(List.of());
        if (!definition.create() && find() == null) {
            throw fatal(": does not exist (expected: a table made beforehand, or createTable())");
        }
    }

    /** Finds or creates the table and resolves all names. */
    Target resolve(RowLayout layout) throws SQLException {
        names(layout.names());
        types(layout);
        Hypertables hypertables = hypertables(layout);
        TableShape shape = find();
        if (shape == null && definition.create()) {
            create(layout, hypertables);
            shape = find();
        }
        if (shape == null) {
            throw fatal(": does not exist (expected: "
                    + new Ddl(dialect, definition).createTable(layout.columns(), keyWithoutTable(layout), false)
                    + "; createTable() does that)");
        }
        Target target = compare(layout, shape);
        if (hypertables != null) {
            requireHypertable(hypertables, shape);
        }
        return target;
    }

    private void names(List<String> columns) {
        name(": the name has ", definition.table());
        if (definition.schema() != null) {
            name(": the schema's name has ", definition.schema());
        }
        for (String column : columns) {
            name(", column \"" + column + "\": the name has ", column);
        }
    }

    /** What makes hypertables; null if none is wanted. */
    private @Nullable Hypertables hypertables(RowLayout layout) throws SQLException {
        String timeColumn = definition.hypertable();
        if (timeColumn == null) {
            return null;
        }
        if (!layout.names().contains(timeColumn)) {
            throw fatal(": hypertable by \"" + timeColumn + "\": is not a column of the sink (expected: one of "
                    + quoted(layout.names()) + ")");
        }
        Hypertables hypertables = dialect.hypertables(connection);
        if (hypertables == null) {
            throw fatal(": hypertable: " + dialect.product() + " has none (expected: PostgreSQL with TimescaleDB)");
        }
        String objection = hypertables.objection();
        if (!objection.isEmpty()) {
            throw fatal(": hypertable: " + objection);
        }
        return hypertables;
    }

    private void requireHypertable(Hypertables hypertables, TableShape shape) throws SQLException {
        if (!hypertables.isThere(shape)) {
            throw fatal(": is no hypertable (expected: " + hypertables.statement(shape, timeColumn(shape))
                    + ", or no asHypertable())");
        }
    }

    private String timeColumn(TableShape shape) {
        String wanted = String.valueOf(definition.hypertable());
        TableShape.ActualColumn actual = shape.column(wanted);
        return actual == null ? wanted : actual.name();
    }

    /** Types that only some databases have. */
    private void types(RowLayout layout) {
        for (String name : definition.json()) {
            RowColumn column = layout.columns().stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> fatal(", JSON \"" + name + "\": is not a column of the sink (expected: one of "
                            + quoted(layout.names()) + ")"));
            if (column.type() != ColumnType.TEXT || column.array()) {
                throw fatal(", column \"" + name + "\": JSON in a column of " + column.type() + " (expected: text)");
            }
            if (dialect.jsonTypeName() == null) {
                throw fatal(", column \"" + name + "\": JSON (expected: PostgreSQL, as " + dialect.product()
                        + " takes it as text alone)");
            }
        }
        for (RowColumn column : layout.columns()) {
            if (column.array() && dialect.arrayTypeName(column.type()) == null) {
                throw fatal(", column \"" + column.name() + "\": an array (expected: PostgreSQL, as arrays are not"
                        + " written to " + dialect.product() + "; or text of it, by column())");
            }
        }
    }

    private void name(String what, String identifier) {
        String objection = dialect.objection(identifier);
        if (!objection.isEmpty()) {
            throw fatal(what + objection);
        }
    }

    private @Nullable TableShape find() throws SQLException {
        return dialect.find(connection, definition.schema(), definition.table());
    }

    private void create(RowLayout layout, @Nullable Hypertables hypertables) throws SQLException {
        String sql = new Ddl(dialect, definition).createTable(layout.columns(), keyWithoutTable(layout), true);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            TableShape made = hypertables == null ? null : find();
            if (hypertables != null && made != null) {
                hypertables.make(made, timeColumn(made));
            }
            connection.commit();
            LOG.info("{}: created with {}", definition.place(), sql);
        } catch (SQLException e) {
            connection.rollback();
            // another task may have created it in the same moment, which even IF NOT EXISTS can trip over
            if (find() == null) {
                throw e;
            }
            LOG.debug("{}: created by another", definition.place(), e);
        }
    }

    private List<String> keyWithoutTable(RowLayout layout) {
        if (!definition.upsert()) {
            return List.of();
        }
        List<String> key = definition.key().isEmpty() ? layout.naturalKey() : definition.key();
        if (key.isEmpty()) {
            throw fatal(": no key (expected: keyedBy() with some of " + quoted(layout.names()) + ")");
        }
        requireColumns(key, layout);
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

    private Target compare(RowLayout layout, TableShape shape) {
        Ddl ddl = new Ddl(dialect, definition, shape);
        List<String> problems = new ArrayList<>();
        List<Target.TargetColumn> columns = new ArrayList<>();
        Set<String> written = new HashSet<>();
        for (RowColumn column : layout.columns()) {
            TableShape.ActualColumn actual = shape.column(column.name());
            boolean fits = actual != null && accepts(column, actual);
            if (actual == null) {
                problems.add("column \"" + column.name() + "\": missing (expected: " + ddl.addColumn(column) + ")");
            } else if (!fits) {
                problems.add("column \"" + actual.name() + "\": " + actual.type() + " (expected: "
                        + ddl.typeName(column) + ")");
            } else if (!written.add(actual.name())) {
                problems.add("column \"" + actual.name() + "\": written twice (expected: names that differ by more"
                        + " than case)");
            } else {
                columns.add(new Target.TargetColumn(actual.name(), column.type(), column.array(), actual));
            }
        }
        if (problems.isEmpty()) {
            for (TableShape.ActualColumn actual : shape.columns()) {
                if (actual.required() && !written.contains(actual.name())) {
                    problems.add("column \"" + actual.name() + "\": not null, but not written (expected: "
                            + ddl.dropNotNull(actual.name()) + ")");
                }
            }
        }
        List<String> key = definition.upsert() ? key(layout, shape, ddl, problems) : List.of();
        if (problems.size() == 1) {
            throw fatal(", " + problems.get(0));
        }
        if (!problems.isEmpty()) {
            throw fatal(": " + problems.size() + " problems\n  " + String.join("\n  ", problems));
        }
        return new Target(shape.schema(), shape.name(), columns, key);
    }

    private boolean accepts(RowColumn column, TableShape.ActualColumn actual) {
        if (definition.json().contains(column.name())) {
            return dialect.acceptsJson(actual);
        }
        return column.array() ? dialect.acceptsArray(column.type(), actual) : dialect.accepts(column.type(), actual);
    }

    /** The key's columns as stored: as given, else the primary key of the table, else what identifies a window. */
    private List<String> key(RowLayout layout, TableShape shape, Ddl ddl, List<String> problems) {
        if (dialect.replacesByAnyKey() && Set.copyOf(shape.uniqueKeys()).size() > 1) {
            problems.add("unique keys: " + shape.uniqueKeys() + " (expected: one, as " + dialect.product()
                    + " would replace rows by any of them)");
        }
        if (definition.key().isEmpty() && !shape.primaryKey().isEmpty()) {
            for (String column : shape.primaryKey()) {
                if (layout.names().stream().noneMatch(name -> sameColumn(shape, name, column))) {
                    problems.add("primary key: " + quoted(shape.primaryKey()) + ", of which \"" + column
                            + "\" is not written (expected: keyedBy() with columns of " + quoted(layout.names())
                            + " that are unique)");
                    break;
                }
            }
            return shape.primaryKey();
        }
        List<String> wanted = keyWithoutTable(layout);
        List<String> key = new ArrayList<>();
        for (String name : wanted) {
            TableShape.ActualColumn actual = shape.column(name);
            if (actual != null) { // else it was reported as missing
                key.add(actual.name());
            }
        }
        if (key.size() == wanted.size() && !shape.uniqueKeys().contains(new HashSet<>(key))) {
            problems.add("key: " + quoted(key) + " is not unique in the table (expected: " + ddl.addUnique(key) + ")");
        }
        return key;
    }

    private static boolean sameColumn(TableShape shape, String name, String stored) {
        TableShape.ActualColumn actual = shape.column(name);
        return actual != null && actual.name().equals(stored);
    }

    private static String quoted(List<String> names) {
        return names.isEmpty() ? "nothing" : "\"" + String.join("\", \"", names) + "\"";
    }

    private SinkException fatal(String what) {
        return Failures.fatal(definition.place() + what, null);
    }
}
