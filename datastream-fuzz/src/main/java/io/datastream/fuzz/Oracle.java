package io.datastream.fuzz;

import java.util.List;

/**
 * Another reader of the same documents.
 *
 * @param <T> the values
 */
@FunctionalInterface
interface Oracle<T> {
    /**
     * Compares what a document says with what was read of it without an error.
     *
     * @throws WrongException if that is something else
     */
    void check(byte[] document, List<T> read) throws WrongException;

    /** For formats without another reader. */
    static <T> Oracle<T> none() {
        return (document, read) -> {};
    }
}
