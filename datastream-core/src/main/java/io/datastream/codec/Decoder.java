package io.datastream.codec;

import java.io.Serializable;

/**
 * Turns bytes into values. Safe for use by several threads.
 *
 * @param <T> the values
 */
@FunctionalInterface
public interface Decoder<T> extends Serializable {
    /**
     * The value of the bytes.
     *
     * @throws CodecException if they are not what was expected; it names the field and the value, the caller adds where
     *     the bytes came from
     */
    T decode(byte[] bytes);
}
