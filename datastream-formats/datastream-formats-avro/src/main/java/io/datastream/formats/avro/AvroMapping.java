package io.datastream.formats.avro;

import org.apache.avro.Schema;

/**
 * Between values and Avro's binary encoding.
 *
 * @param <T> the values
 */
interface AvroMapping<T> {
    /** What is written. */
    Schema schema();

    /** The class of the values, which says what is masked in them. */
    Class<?> type();

    /** Writes a value. */
    void write(T value, AvroOutput out);

    /**
     * How values of another schema are read.
     *
     * @throws AvroProblem if that cannot be
     */
    AvroReading<T> reading(Schema writer);

    /**
     * Reads values of one schema.
     *
     * @param <T> the values
     */
    interface AvroReading<T> {
        /** The next value. */
        T read(AvroInput in);

        /** Passes over the next value. */
        void skip(AvroInput in);
    }
}
