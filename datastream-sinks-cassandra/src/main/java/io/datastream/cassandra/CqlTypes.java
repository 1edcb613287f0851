package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import io.datastream.sink.row.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;

/** Which types of Cassandra take the values of a column, and in which form. */
final class CqlTypes {
    private CqlTypes() {}

    /** What a table is created with. */
    static DataType created(ColumnType type) {
        return accepted(type).get(0);
    }

    /** What a table may have. */
    static List<DataType> accepted(ColumnType type) {
        return switch (type) {
            case TEXT -> List.of(DataTypes.TEXT, DataTypes.ASCII);
            case BOOLEAN -> List.of(DataTypes.BOOLEAN);
            case SMALLINT ->
                List.of(DataTypes.SMALLINT, DataTypes.INT, DataTypes.BIGINT, DataTypes.VARINT, DataTypes.DECIMAL);
            case INTEGER -> List.of(DataTypes.INT, DataTypes.BIGINT, DataTypes.VARINT, DataTypes.DECIMAL);
            case BIGINT -> List.of(DataTypes.BIGINT, DataTypes.VARINT, DataTypes.DECIMAL);
            case REAL -> List.of(DataTypes.FLOAT, DataTypes.DOUBLE);
            case DOUBLE -> List.of(DataTypes.DOUBLE);
            case NUMERIC -> List.of(DataTypes.DECIMAL);
            case TIMESTAMP -> List.of(DataTypes.TIMESTAMP);
            case DATE -> List.of(DataTypes.DATE);
            case UUID -> List.of(DataTypes.UUID);
            case BYTES -> List.of(DataTypes.BLOB);
        };
    }

    /** The value in the form that the driver binds to a type, which is one that the column's type accepts. */
    static Object bound(Object value, DataType type) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (value instanceof Float number) {
            return type.equals(DataTypes.DOUBLE) ? (Object) (double) (float) number : number;
        }
        if (value instanceof Short || value instanceof Integer || value instanceof Long) {
            long number = ((Number) value).longValue();
            if (type.equals(DataTypes.INT)) {
                return (int) number;
            }
            if (type.equals(DataTypes.BIGINT)) {
                return number;
            }
            if (type.equals(DataTypes.VARINT)) {
                return BigInteger.valueOf(number);
            }
            if (type.equals(DataTypes.DECIMAL)) {
                return BigDecimal.valueOf(number);
            }
        }
        return value;
    }
}
