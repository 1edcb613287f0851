package io.datastream.jdbc.poll;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A column as the database describes it.
 *
 * @param name as it is written in the database
 * @param kind what is in it, as far as it matters
 * @param type name of its type there
 */
record Column(String name, Kind kind, String type) {
    /** Kinds of columns. */
    enum Kind {
        WHOLE,
        TEXT,
        LOCAL_TIME,
        ZONED_TIME,
        DATE,
        TIME_OF_DAY,
        UNIQUE,
        OTHER
    }

    static List<Column> all(ResultSetMetaData data) throws SQLException {
        List<Column> columns = new ArrayList<>();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            String type = String.valueOf(data.getColumnTypeName(i));
            columns.add(new Column(data.getColumnLabel(i), kind(data.getColumnType(i), data.getScale(i), type), type));
        }
        return columns;
    }

    private static Kind kind(int type, int scale, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean zoned = lower.equals("timestamptz") || lower.contains("with time zone");
        return switch (type) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Kind.WHOLE;
            case Types.NUMERIC, Types.DECIMAL -> scale == 0 ? Kind.WHOLE : Kind.OTHER;
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR ->
                lower.equals("uuid") ? Kind.UNIQUE : Kind.TEXT;
            case Types.TIMESTAMP -> zoned ? Kind.ZONED_TIME : Kind.LOCAL_TIME;
            case Types.TIMESTAMP_WITH_TIMEZONE -> Kind.ZONED_TIME;
            case Types.DATE -> Kind.DATE;
            case Types.TIME -> lower.equals("timetz") ? Kind.OTHER : Kind.TIME_OF_DAY;
            default -> lower.equals("uuid") ? Kind.UNIQUE : Kind.OTHER;
        };
    }

    /** The column of a name or, if there is none, the only one that differs in case alone; null if there is none. */
    static @Nullable Column find(List<Column> columns, String name) {
        for (Column each : columns) {
            if (each.name.equals(name)) {
                return each;
            }
        }
        List<Column> similar = columns.stream()
                .filter(each -> each.name.equalsIgnoreCase(name))
                .toList();
        return similar.size() == 1 ? similar.get(0) : null;
    }

    static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }
}
