package io.datastream.codec;

import java.io.Serializable;

/**
 * Turns values into bytes. Safe for use by several threads.
 *
 * @param <T> the values
 */
@FunctionalInterface
public interface Encoder<T> extends Serializable {
    /**
     * The bytes of a value.
     *
     * @throws CodecException if the value cannot be written
     */
    byte[] encode(T value);
}
