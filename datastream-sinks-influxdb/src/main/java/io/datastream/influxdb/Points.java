package io.datastream.influxdb;

import io.datastream.codec.CodecException;
import io.datastream.function.Fn;
import io.datastream.function.ToLongFn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns results into lines. Used by one thread. */
final class Points<T> {
    private final LineProtocol line = new LineProtocol();
    private final String measurement;
    private final @Nullable Fn<? super T, String> measurementOf;
    private final @Nullable ToLongFn<? super T> timeNanos;
    private final boolean skipsNaN;
    private final List<Column> columns;

    /** @throws IllegalArgumentException if the definition makes no points */
    Points(Definition<T> definition) {
        this.measurement = definition.measurement();
        this.measurementOf = definition.measurementOf();
        this.timeNanos = definition.timeNanos();
        this.skipsNaN = definition.skipsNaN();
        this.columns = definition.columns();
    }

    /** @throws CodecException if the result cannot be written as a line */
    byte[] line(long eventTime, T result) {
        line.begin(measurement(result));
        for (Column column : columns) {
            Object value = column.read(result);
            if (column.isTag()) {
                line.tag(column.name(), value);
            } else {
                line.field(column.name(), value, skipsNaN);
            }
        }
        return line.end(time(eventTime, result));
    }

    private String measurement(T result) {
        if (measurementOf == null) {
            return measurement;
        }
        try {
            String name = measurementOf.apply(result);
            if (name == null) {
                throw new CodecException("measurement: null (expected: a name)");
            }
            return name;
        } catch (CodecException e) {
            throw e;
        } catch (Exception e) {
            throw new CodecException("measurement: cannot be read: " + e, e);
        }
    }

    private long time(long eventTime, T result) {
        if (timeNanos == null) {
            return eventTime;
        }
        try {
            return timeNanos.applyAsLong(result);
        } catch (Exception e) {
            throw new CodecException("time: cannot be read: " + e, e);
        }
    }
}
