package io.datastream.codec;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A format of files with many records.
 *
 * @param <T> the records
 */
public interface FileFormat<T> extends Serializable {
    /**
     * Reads records one by one.
     *
     * @param name name of the file, for errors
     * @param in its content, uncompressed; closed with the reader
     */
    RecordReader<T> reader(String name, InputStream in) throws IOException;

    /**
     * Writes records one by one.
     *
     * @param out where to; closed with the writer
     * @param append whether the file has content already, so that no header is due
     */
    RecordWriter<T> writer(OutputStream out, boolean append) throws IOException;

    /** Reads the records of one file. */
    interface RecordReader<T> extends Closeable {
        /**
         * The next record, or null at the end.
         *
         * @throws CodecException if the next record is malformed; the one after it can still be read
         * @throws IOException if the file cannot be read on
         */
        @Nullable
        T read() throws IOException;

        /** Where the record that was read last stands, such as {@code line 17}. */
        String place();

        /** The text or bytes of the record that was read last, as far as known, for dead letters. */
        default byte @Nullable [] raw() {
            return null;
        }
    }

    /** Writes the records of one file. */
    interface RecordWriter<T> extends Closeable {
        /**
         * Writes a record.
         *
         * @throws CodecException if the value cannot be written; nothing of it has been
         */
        void write(T value) throws IOException;

        /** Passes everything on to the file. */
        void flush() throws IOException;
    }
}
