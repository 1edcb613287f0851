package io.datastream.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends rows by {@code COPY}, in its binary format: values travel as counted bytes, so none is taken for anything else,
 * and neither side spends its time on text.
 */
final class PostgresCopy implements Dialect.Streamed {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresCopy.class);
    private static final int SEND_BYTES = 1 << 16;

    /** The signature, no flags, no extension. */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final int END = -1;

    private final PGConnection connection;
    private final String sql;
    private final PostgresBinary[] columns;
    private final Bytes buffer = new Bytes(SEND_BYTES + (SEND_BYTES >> 2));
    private boolean begun;
    private @Nullable CopyIn copy;

    PostgresCopy(Dialect dialect, Connection connection, Target target) throws SQLException {
        this.connection = connection.unwrap(PGConnection.class);
        this.sql = sql(dialect, target);
        this.columns = target.columns().stream().map(PostgresBinary::of).toArray(PostgresBinary[]::new);
    }

    static String sql(Dialect dialect, Target target) {
        return "COPY " + dialect.quote(target.schema()) + "." + dialect.quote(target.table()) + " ("
                + target.columns().stream()
                        .map(column -> dialect.quote(column.name()))
                        .collect(Collectors.joining(", "))
                + ") FROM STDIN (FORMAT binary)";
    }

    @Override
    public void write(List<@Nullable Object[]> rows) throws SQLException {
        abandon();
        for (@Nullable Object[] row : rows) {
            take(row);
        }
        finish();
    }

    /** The command begins with the first full buffer, so it is open only while rows come fast. */
    @Override
    public void take(@Nullable Object[] row) throws SQLException {
        boolean done = false;
        try {
            append(row);
            if (buffer.length() >= SEND_BYTES) {
                send();
            }
            done = true;
        } finally {
            if (!done) {
                abandon();
            }
        }
    }

    @Override
    public void finish() throws SQLException {
        boolean done = false;
        try {
            begin();
            buffer.putShort(END);
            send().endCopy();
            copy = null;
            begun = false;
            done = true;
        } finally {
            if (!done) {
                abandon();
            }
        }
    }

    private void begin() {
        if (!begun) {
            buffer.put(HEADER);
            begun = true;
        }
    }

    private void append(@Nullable Object[] row) throws SQLException {
        begin();
        buffer.putShort(row.length);
        for (int i = 0; i < row.length; i++) {
            Object value = row[i];
            if (value == null) {
                buffer.putInt(PostgresBinary.NULL);
            } else {
                columns[i].putField(buffer, value);
            }
        }
    }

    private CopyIn send() throws SQLException {
        CopyIn open = copy;
        if (open == null) {
            open = connection.getCopyAPI().copyIn(sql);
            copy = open;
        }
        open.writeToCopy(buffer.array(), 0, buffer.length());
        buffer.clear();
        return open;
    }

    @Override
    public void abandon() {
        CopyIn open = copy;
        copy = null;
        begun = false;
        buffer.clear();
        if (open != null && open.isActive()) {
            try {
                open.cancelCopy();
            } catch (SQLException e) {
                LOG.debug("{}: cancelling (SQLSTATE {})", sql, e.getSQLState()); // the connection is given up then
            }
        }
    }

    @Override
    public void close() {
        abandon();
    }
}
