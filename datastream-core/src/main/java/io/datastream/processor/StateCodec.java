package io.datastream.processor;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * Writes the state of a key to bytes and reads it back, for checkpoints and changelogs. The version is stored beside the
 * bytes; a codec reads every version it ever wrote.
 *
 * @param <S> the state
 */
public interface StateCodec<S> extends Serializable {
    /** The version that {@link #write} writes, from 0 to 255. */
    default int version() {
        return 1;
    }

    /** Writes the state. */
    void write(S state, DataOutput out) throws IOException;

    /**
     * Reads a state.
     *
     * @param version the version it was written with, never above {@link #version()}
     */
    S read(int version, DataInput in) throws IOException;

    /** A codec for state that has one. */
    static <S> StateCodec<S> of(Writer<S> writer, Reader<S> reader) {
        return new StateCodec<>() {
            @Override
            public void write(S state, DataOutput out) throws IOException {
                writer.write(state, out);
            }

            @Override
            public S read(int version, DataInput in) throws IOException {
                return reader.read(in);
            }
        };
    }

    /** Writes a state. */
    @FunctionalInterface
    interface Writer<S> extends Serializable {
        /** Writes the state. */
        void write(S state, DataOutput out) throws IOException;
    }

    /** Reads a state. */
    @FunctionalInterface
    interface Reader<S> extends Serializable {
        /** Reads a state. */
        S read(DataInput in) throws IOException;
    }
}
