package io.datastream.jdbc;

import io.datastream.sink.row.RowColumn;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Statements that make a table fit, for creating it and for messages. */
final class Ddl {
    private final Dialect dialect;
    private final String table;

    Ddl(Dialect dialect, Definition definition) {
        this.dialect = dialect;
        this.table = (definition.schema() == null ? "" : dialect.quote(definition.schema()) + ".")
                + dialect.quote(definition.table());
    }

    Ddl(Dialect dialect, TableShape shape) {
        this.dialect = dialect;
        this.table = dialect.quote(shape.schema()) + "." + dialect.quote(shape.name());
    }

    String createTable(List<RowColumn> columns, List<String> key, boolean unlessThere) {
        StringJoiner parts = new StringJoiner(", ", "(", ")");
        for (RowColumn column : columns) {
            boolean isKey = key.contains(column.name());
            boolean required = !column.nullable() || isKey;
            parts.add(dialect.quote(column.name()) + " "
                    + (isKey ? dialect.keyTypeName(column.type()) : dialect.typeName(column.type()))
                    + (required ? " NOT NULL" : ""));
        }
        if (!key.isEmpty()) {
            parts.add("PRIMARY KEY (" + list(key) + ")");
        }
        return "CREATE TABLE " + (unlessThere ? "IF NOT EXISTS " : "") + table + " " + parts;
    }

    String addColumn(RowColumn column) {
        return "ALTER TABLE " + table + " ADD COLUMN " + dialect.quote(column.name()) + " "
                + dialect.typeName(column.type());
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
