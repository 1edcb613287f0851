package io.datastream.influxdb;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Reads a part of a result. */
@FunctionalInterface
interface Reader extends Serializable {
    @Nullable
    Object read(Object result) throws Exception;
}
