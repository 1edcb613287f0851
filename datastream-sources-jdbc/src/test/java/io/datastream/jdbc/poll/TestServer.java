package io.datastream.jdbc.poll;

/** A server of a test. */
interface TestServer extends AutoCloseable {
    /** A database of its own for a test. */
    Sql database() throws Exception;

    /** Kills the server as a power cut would. */
    void kill() throws Exception;

    /** Starts it again after {@link #kill()}, on the same port with the same data. */
    void restart() throws Exception;

    @Override
    void close() throws Exception;
}
