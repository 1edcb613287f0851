package io.datastream.codec;

import java.nio.charset.StandardCharsets;

/**
 * Turns values into bytes and back. Safe for use by several threads.
 *
 * @param <T> the values
 */
public interface Codec<T> extends Encoder<T>, Decoder<T> {
    /** The media type or a short name of the format, such as {@code json}. */
    default String format() {
        return getClass().getSimpleName();
    }

    /** A codec of two functions. */
    static <T> Codec<T> of(Encoder<? super T> encoder, Decoder<? extends T> decoder) {
        return new Codec<>() {
            @Override
            public byte[] encode(T value) {
                return encoder.encode(value);
            }

            @Override
            public T decode(byte[] bytes) {
                return decoder.decode(bytes);
            }
        };
    }

    /** Text as UTF-8. Bytes that are no UTF-8 become replacement characters. */
    static Codec<String> utf8() {
        return of(text -> text.getBytes(StandardCharsets.UTF_8), bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Bytes as they are. */
    static Codec<byte[]> bytes() {
        return of(bytes -> bytes, bytes -> bytes);
    }
}
