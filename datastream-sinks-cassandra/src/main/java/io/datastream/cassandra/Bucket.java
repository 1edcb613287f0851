package io.datastream.cassandra;

import io.datastream.sink.row.ColumnType;
import io.datastream.sink.row.ColumnValues;
import io.datastream.sink.row.RowColumn;
import io.datastream.sink.row.RowLayout;
import io.datastream.time.EventTime;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A column that divides partitions by time, so that none grows for ever: the beginning of the span that a time lies in,
 * counted from 1970.
 *
 * @param column the column with the time
 * @param nanos the length of a span
 */
record Bucket(String column, long nanos) implements Serializable {
    static final String NAME = "bucket";

    /** The columns with the bucket behind them. */
    RowLayout addTo(RowLayout layout) {
        int at = layout.names().indexOf(column);
        if (at < 0 || layout.columns().get(at).type() != ColumnType.TIMESTAMP) {
            throw new IllegalArgumentException("bucket column: " + column + " (expected: one with a time, of "
                    + String.join(", ", layout.names()) + ")");
        }
        if (layout.names().contains(NAME)) {
            throw new IllegalArgumentException("column: " + NAME
                    + " twice (expected: another name for the one of the results; renaming() gives it)");
        }
        RowColumn time = layout.columns().get(at);
        List<RowColumn> columns = new ArrayList<>(layout.columns());
        columns.add(new RowColumn(NAME, ColumnType.TIMESTAMP, false, (eventTime, value) -> {
            Object read = time.reader().read(eventTime, value);
            return read == null ? null : start((Instant) ColumnValues.convert(ColumnType.TIMESTAMP, read));
        }));
        return new RowLayout(layout.root(), columns, layout.naturalKey());
    }

    private Instant start(Instant time) {
        return EventTime.instant(Math.floorDiv(EventTime.nanos(time), nanos) * nanos);
    }
}
