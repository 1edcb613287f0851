package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends rows by {@code COPY}, in its text format, in which every type of a column reads its own values. No name and no
 * value is taken for anything else: names are quoted, and tabs, line ends and backslashes of values are escaped.
 */
final class PostgresCopy implements Dialect.Streamed {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresCopy.class);
    private static final int SEND_BYTES = 1 << 16;
    private static final byte[] NULL = {'\\', 'N'};

    private final PGConnection connection;
    private final Target target;
    private final String sql;
    private byte[] buffer = new byte[SEND_BYTES + (SEND_BYTES >> 2)];
    private int length;
    private @Nullable CopyIn copy;

    PostgresCopy(Dialect dialect, Connection connection, Target target) throws SQLException {
        this.connection = connection.unwrap(PGConnection.class);
        this.target = target;
        this.sql = sql(dialect, target);
    }

    static String sql(Dialect dialect, Target target) {
        return "COPY " + dialect.quote(target.schema()) + "." + dialect.quote(target.table()) + " ("
                + target.columns().stream()
                        .map(column -> dialect.quote(column.name()))
                        .collect(Collectors.joining(", "))
                + ") FROM STDIN";
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
        append(row);
        if (length >= SEND_BYTES) {
            sending(this::send);
        }
    }

    @Override
    public void finish() throws SQLException {
        sending(() -> {
            send().endCopy();
            copy = null;
        });
    }

    private CopyIn send() throws SQLException {
        CopyIn open = copy;
        if (open == null) {
            open = connection.getCopyAPI().copyIn(sql);
            copy = open;
        }
        open.writeToCopy(buffer, 0, length);
        length = 0;
        return open;
    }

    private interface Sending {
        void run() throws SQLException;
    }

    private void sending(Sending action) throws SQLException {
        boolean done = false;
        try {
            action.run();
            done = true;
        } finally {
            if (!done) {
                abandon();
            }
        }
    }

    @Override
    public void abandon() {
        CopyIn open = copy;
        copy = null;
        length = 0;
        if (open != null && open.isActive()) {
            try {
                open.cancelCopy();
            } catch (SQLException e) {
                LOG.debug("{}: cancelling", sql, e); // the connection is given up then
            }
        }
    }

    private void append(@Nullable Object[] row) {
        for (int i = 0; i < row.length; i++) {
            Target.TargetColumn column = target.columns().get(i);
            Object value = row[i];
            if (value == null) {
                plain(NULL);
            } else if (column.type() == ColumnType.TEXT) {
                escaped((String) value);
            } else if (value instanceof byte[] bytes) {
                ascii("\\\\x");
                ascii(HexFormat.of().formatHex(bytes));
            } else {
                ascii(text(value, column.actual().kind()));
            }
            put(i == row.length - 1 ? '\n' : '\t');
        }
    }

    /** The same number, moment or day as the other way of writing gives. */
    private static String text(Object value, String kind) {
        if (value instanceof Float single && kind.equals("float8")) {
            return Double.toString(single);
        }
        if (value instanceof Instant moment) {
            return PostgresRows.text(moment);
        }
        if (value instanceof LocalDate day) {
            return PostgresRows.text(day);
        }
        return value instanceof BigDecimal number ? number.toString() : value.toString();
    }

    private void escaped(String text) {
        int size = text.length();
        room(2 * size);
        for (int i = 0; i < size; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                plainEscaped(text.substring(i).getBytes(StandardCharsets.UTF_8));
                return;
            }
            escaped((byte) c);
        }
    }

    /** In UTF-8, bytes below 0x80 are characters of their own. */
    private void plainEscaped(byte[] bytes) {
        room(2 * bytes.length);
        for (byte each : bytes) {
            escaped(each);
        }
    }

    private void escaped(byte c) {
        switch (c) {
            case '\\' -> buffer[length++] = '\\';
            case '\n' -> {
                buffer[length++] = '\\';
                c = 'n';
            }
            case '\r' -> {
                buffer[length++] = '\\';
                c = 'r';
            }
            case '\t' -> {
                buffer[length++] = '\\';
                c = 't';
            }
            default -> {} // as it is
        }
        buffer[length++] = c;
    }

    @SuppressWarnings("deprecation") // the one way to copy ASCII without a detour
    private void ascii(String text) {
        int size = text.length();
        room(size);
        text.getBytes(0, size, buffer, length);
        length += size;
    }

    private void plain(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void put(char c) {
        room(1);
        buffer[length++] = (byte) c;
    }

    private void room(int bytes) {
        if (buffer.length - length < bytes) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(length, bytes)));
        }
    }

    @Override
    public void close() {
        abandon();
    }
}
