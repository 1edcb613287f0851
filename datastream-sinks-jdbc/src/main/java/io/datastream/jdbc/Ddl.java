package io.datastream.jdbc;

import io.datastream.sink.row.RowColumn;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Statements that make a table fit, for creating it and for messages. */
final class Ddl {
    private final Dialect dialect;
    private final String table;
    private final Set<String> json;

    Ddl(Dialect dialect, Definition definition) {
        this.dialect = dialect;
        this.table = (definition.schema() == null ? "" : dialect.quote(definition.schema()) + ".")
                + dialect.quote(definition.table());
        this.json = definition.json();
    }

    Ddl(Dialect dialect, Definition definition, TableShape shape) {
        this.dialect = dialect;
        this.json = definition.json();
        this.table =
                (shape.schema().isEmpty() ? "" : dialect.quote(shape.schema()) + ".") + dialect.quote(shape.name());
    }

    String createTable(List<RowColumn> columns, List<String> key, boolean unlessThere) {
        StringJoiner parts = new StringJoiner(", ", "(", ")");
        for (RowColumn column : columns) {
            boolean isKey = key.contains(column.name());
            boolean required = !column.nullable() || isKey;
            parts.add(dialect.quote(column.name()) + " "
                    + (isKey && !column.array() && !json.contains(column.name())
                            ? dialect.keyTypeName(column.type())
                            : typeName(column))
                    + (required ? " NOT NULL" : ""));
        }
        if (!key.isEmpty()) {
            parts.add("PRIMARY KEY (" + list(key) + ")");
        }
        return "CREATE TABLE " + (unlessThere ? "IF NOT EXISTS " : "") + table + " " + parts;
    }

    String addColumn(RowColumn column) {
        return "ALTER TABLE " + table + " ADD COLUMN " + dialect.quote(column.name()) + " " + typeName(column);
    }

    /** The type of a new column. */
    String typeName(RowColumn column) {
        String asJson = json.contains(column.name()) ? dialect.jsonTypeName() : null;
        if (asJson != null) {
            return asJson;
        }
        String array = column.array() ? dialect.arrayTypeName(column.type()) : null;
        return array == null ? dialect.typeName(column.type()) : array;
    }

    String addUnique(List<String> key) {
        return "ALTER TABLE " + table + " ADD UNIQUE (" + list(key) + ")";
    }

    String dropNotNull(String column) {
        return "ALTER TABLE " + table + " ALTER COLUMN " + dialect.quote(column) + " DROP NOT NULL, or a default";
    }

    private String list(List<String> columns) {
        return columns.stream().map(dialect::quote).collect(Collectors.joining(", "));
    }
}
