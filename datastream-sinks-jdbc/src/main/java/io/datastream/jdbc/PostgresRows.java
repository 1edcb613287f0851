package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One statement for any number of rows: each column is bound as one array, and {@code unnest} makes rows of them. The
 * server parses and plans it once, whatever the size of a batch.
 */
final class PostgresRows implements Dialect.Rows {
    /** Text is cast to these by name; all other pairs that are accepted have an assignment cast. */
    private static final Set<String> CAST_FROM_TEXT = Set.of("json", "jsonb", "enum");

    private final Connection connection;
    private final Target target;
    private final PreparedStatement statement;

    PostgresRows(Dialect dialect, Connection connection, Target target) throws SQLException {
        this.connection = connection;
        this.target = target;
        this.statement = connection.prepareStatement(sql(dialect, target));
    }

    static String sql(Dialect dialect, Target target) {
        StringJoiner names = new StringJoiner(", ");
        StringJoiner picked = new StringJoiner(", ");
        StringJoiner arrays = new StringJoiner(", ");
        StringJoiner aliases = new StringJoiner(", ");
        StringJoiner updates = new StringJoiner(", ");
        for (int i = 0; i < target.columns().size(); i++) {
            Target.TargetColumn column = target.columns().get(i);
            String name = dialect.quote(column.name());
            names.add(name);
            String cast =
                    column.array() || CAST_FROM_TEXT.contains(column.actual().kind())
                            ? "::" + column.actual().type()
                            : "";
            picked.add("u.c" + i + cast);
            arrays.add("?::" + element(bound(column)) + "[]");
            aliases.add("c" + i);
            if (!target.key().contains(column.name())) {
                updates.add(name + " = EXCLUDED." + name);
            }
        }
        String insert = "INSERT INTO " + dialect.quote(target.schema()) + "." + dialect.quote(target.table()) + " ("
                + names + ") SELECT " + picked + " FROM unnest(" + arrays + ") AS u(" + aliases + ")";
        if (target.key().isEmpty()) {
            return insert;
        }
        String key = target.key().stream().map(dialect::quote).collect(Collectors.joining(", "));
        return insert + " ON CONFLICT (" + key + ") DO "
                + (updates.length() == 0 ? "NOTHING" : "UPDATE SET " + updates);
    }

    /** Arrays travel as text, since {@code unnest} would take them apart. */
    private static ColumnType bound(Target.TargetColumn column) {
        return column.array() ? ColumnType.TEXT : column.type();
    }

    private static String element(ColumnType type) {
        return switch (type) {
            case TEXT -> "text";
            case BOOLEAN -> "bool";
            case SMALLINT -> "int2";
            case INTEGER -> "int4";
            case BIGINT -> "int8";
            case REAL -> "float4";
            case DOUBLE -> "float8";
            case NUMERIC -> "numeric";
            case TIMESTAMP -> "timestamptz";
            case DATE -> "date";
            case UUID -> "uuid";
            case BYTES -> "bytea";
        };
    }

    @Override
    public void write(List<@Nullable Object[]> rows) throws SQLException {
        for (int i = 0; i < target.columns().size(); i++) {
            Target.TargetColumn column = target.columns().get(i);
            ColumnType type = bound(column);
            @Nullable Object[] values = array(type, rows.size());
            for (int row = 0; row < values.length; row++) {
                Object value = rows.get(row)[i];
                if (value == null) {
                    values[row] = null;
                } else {
                    values[row] = column.array() ? text(column, (@Nullable Object[]) value) : element(type, value);
                }
            }
            statement.setArray(i + 1, connection.createArrayOf(element(type), values));
        }
        statement.executeUpdate();
    }

    private static Object element(ColumnType type, Object value) {
        return switch (type) {
            case TIMESTAMP -> text((Instant) value);
            case DATE -> text((LocalDate) value);
            default -> value;
        };
    }

    /** An array as PostgreSQL reads it, each element in quotes. */
    private static String text(Target.TargetColumn column, @Nullable Object[] elements) {
        StringJoiner text = new StringJoiner(",", "{", "}");
        for (Object value : elements) {
            if (value == null) {
                text.add("NULL");
            } else {
                String plain = text(column, value);
                text.add('"' + plain.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
            }
        }
        return text.toString();
    }

    private static String text(Target.TargetColumn column, Object element) {
        if (element instanceof byte[] bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
        if (element instanceof Float single && column.actual().kind().equals("float8" + PostgresDialect.ARRAY)) {
            return Double.toString(single); // the same number, with all its digits
        }
        return element(column.type(), element).toString();
    }

    /** Typed, so that the driver may send them in binary. */
    private static @Nullable Object[] array(ColumnType type, int size) {
        return switch (type) {
            case TEXT, TIMESTAMP, DATE -> new @Nullable String[size];
            case BOOLEAN -> new @Nullable Boolean[size];
            case SMALLINT -> new @Nullable Short[size];
            case INTEGER -> new @Nullable Integer[size];
            case BIGINT -> new @Nullable Long[size];
            case REAL -> new @Nullable Float[size];
            case DOUBLE -> new @Nullable Double[size];
            case NUMERIC -> new @Nullable BigDecimal[size];
            case UUID -> new @Nullable UUID[size];
            case BYTES -> new byte @Nullable [size][];
        };
    }

    static String text(Instant moment) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(moment.getEpochSecond(), moment.getNano(), ZoneOffset.UTC);
        StringBuilder clock = new StringBuilder(24).append(' ');
        two(clock, time.getHour()).append(':');
        two(clock, time.getMinute()).append(':');
        two(clock, time.getSecond()).append('.');
        String micros = Integer.toString(time.getNano() / 1000);
        clock.append("000000", 0, 6 - micros.length()).append(micros).append("+00");
        return text(time.toLocalDate(), clock).toString();
    }

    static String text(LocalDate date) {
        return text(date, "").toString();
    }

    /** As PostgreSQL reads dates: years of any length without sign, and those before 1 as BC. */
    private static StringBuilder text(LocalDate date, CharSequence clock) {
        int year = date.getYear();
        String digits = Integer.toString(year > 0 ? year : 1 - year);
        StringBuilder text = new StringBuilder(40);
        for (int i = digits.length(); i < 4; i++) {
            text.append('0');
        }
        two(text.append(digits).append('-'), date.getMonthValue()).append('-');
        two(text, date.getDayOfMonth()).append(clock);
        return year > 0 ? text : text.append(" BC");
    }

    private static StringBuilder two(StringBuilder text, int number) {
        return number < 10 ? text.append('0').append(number) : text.append(number);
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
