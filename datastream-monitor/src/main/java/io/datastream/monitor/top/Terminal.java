package io.datastream.monitor.top;

import java.io.IOException;

/** What a screen needs of a terminal. */
interface Terminal extends AutoCloseable {
    /** Lines and columns, as of now. */
    Size size();

    /** The next key; -1 if none was pressed within the time. */
    int key(long millis) throws IOException, InterruptedException;

    void write(String text);

    /** Brings the terminal back to where it was. */
    @Override
    void close();

    /** Of a terminal. */
    record Size(int lines, int columns) {}
}
