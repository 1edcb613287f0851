package io.datastream.jdbc;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class H2SinkKitTest extends JdbcSinkKit {
    @BeforeEach
    void create() {
        database = TestDatabase.h2(";DATABASE_TO_LOWER=TRUE;NON_KEYWORDS=VALUE");
        createTable();
    }

    @AfterEach
    void drop() {
        database.execute("SHUTDOWN");
    }

    @Override
    JdbcConnection connection() {
        return JdbcConnection.of(((JdbcDataSource) database.dataSource()).getURL());
    }
}
