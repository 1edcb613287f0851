package io.datastream.testkit.compat;

import java.io.IOException;
import java.io.OutputStream;

/** A disk that is full. */
final class OutOfRoom extends OutputStream {
    static final String MESSAGE = "no space left";

    @Override
    public void write(int b) throws IOException {
        throw new IOException(MESSAGE);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        throw new IOException(MESSAGE);
    }
}
