package io.datastream.sink;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file to whose end bytes are added. */
interface GrowingFile extends Closeable {
    /** Adds all of the bytes. */
    void write(ByteBuffer bytes) throws IOException;

    /** How long it is, with what is not durable yet. */
    long length();

    /** Makes everything durable. */
    void force() throws IOException;

    /** How far it had come at the last {@link #force}. */
    Progress progress();

    boolean isOpen();

    /** Lets go; what came after the last {@link #force} may be lost. */
    @Override
    void close() throws IOException;
}
