package io.datastream.influxdb;

import io.datastream.codec.CodecException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A tag or a field.
 *
 * @param name its name
 * @param isTag whether it is part of the series
 * @param reader reads it from a result
 */
record Column(String name, boolean isTag, Reader reader) implements Serializable {
    Column {
        try {
            LineProtocol.checkName(isTag ? "tag" : "field", name);
        } catch (CodecException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (name.equals("time")) {
            throw new IllegalArgumentException((isTag ? "tag" : "field")
                    + ": \"time\" (expected: another name, as this is" + " that of the time stamp)");
        }
    }

    @Nullable
    Object read(Object result) {
        try {
            return reader.read(result);
        } catch (CodecException e) {
            throw e;
        } catch (Exception e) {
            throw new CodecException((isTag ? "tag" : "field") + " \"" + name + "\": cannot be read: " + e, e);
        }
    }
}
