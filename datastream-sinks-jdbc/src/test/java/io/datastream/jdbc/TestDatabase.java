package io.datastream.jdbc;

import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** A database of one test, and a plain way to look at it that owes nothing to the sink. */
record TestDatabase(DataSource dataSource) {
    /** An H2 database in memory. */
    static TestDatabase h2(String settings) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" + settings);
        return new TestDatabase(source);
    }

    static SinkContext context() {
        return new SinkContext("pipeline", "sink", 0, 1, null);
    }

    /** Writes values through a sink, flushed once at the end. A value that is refused fails the test. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    final <T> void write(JdbcSink<? super T> sink, T... values) {
        write(context(), sink, values);
    }

    /** Writes values through a sink, flushed once at the end, and tells why values were refused. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    final <T> List<String> refused(JdbcSink<? super T> sink, T... values) {
        List<String> reasons = new ArrayList<>();
        write(context().withReceipts(() -> error -> reasons.add(error.getMessage())), sink, values);
        return reasons;
    }

    private static <T> void write(SinkContext context, JdbcSink<? super T> sink, T[] values) {
        try (SinkWriter<? super T> writer = sink.open(context)) {
            for (T value : values) {
                writer.write(0, value);
            }
            writer.flush();
        }
    }

    void execute(String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The rows of a query, their values as text joined by bars. */
    List<String> rows(String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** One value of a query's first row. */
    <V> V value(String sql, Class<V> type) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getObject(1, type);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
