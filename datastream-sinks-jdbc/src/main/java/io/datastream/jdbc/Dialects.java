package io.datastream.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** The databases that are supported. */
final class Dialects {
    private static final List<Dialect> ALL =
            List.of(new PostgresDialect(), new H2Dialect(), new MariaDbDialect(), new SqliteDialect());

    private Dialects() {}

    /**
     * The dialect of a connection.
     *
     * @throws IllegalArgumentException if there is none for its database
     */
    static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        return named(data.getDatabaseProductName(), data.getDatabaseProductVersion());
    }

    static Dialect named(String product, String version) {
        return ALL.stream()
                .filter(dialect -> dialect.product().equals(product))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("database: " + product + " " + version + " (expected: "
                        + ALL.stream().map(Dialect::product).collect(Collectors.joining(" or "))
                        + ", or withDialect())"));
    }
}
