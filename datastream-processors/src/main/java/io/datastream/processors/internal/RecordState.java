package io.datastream.processors.internal;

import io.datastream.codec.Codec;
import io.datastream.engine.PortableCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * Writes the records an operator holds back: by the codec it was given, or by the built-in one.
 *
 * @param <T> the records
 */
public final class RecordState<T> implements Serializable {
    private final Codec<T> codec;

    private RecordState(Codec<T> codec) {
        this.codec = codec;
    }

    /** By the built-in codec: Java records of simple values, otherwise Java's serialization. */
    @SuppressWarnings("unchecked") // it gives back what the same step has given it
    public static <T> RecordState<T> builtIn() {
        return new RecordState<>((Codec<T>) PortableCodec.values());
    }

    /** By a codec. */
    public static <T> RecordState<T> with(Codec<T> codec) {
        return new RecordState<>(codec);
    }

    /** Writes a record. */
    public void write(T value, DataOutput out) throws IOException {
        byte[] bytes = codec.encode(value);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Reads a record. */
    public T read(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return codec.decode(bytes);
    }
}
