package io.datastream.fuzz;

import java.util.List;

/** A codec or file format with documents of which broken ones are made. */
interface Target {
    /** What it is called on the command line. */
    String name();

    /** Whole documents; always the same. */
    List<byte[]> documents();

    /** What means something in such documents, to be put in and written over. */
    List<byte[]> tokens();

    /** How many bytes may be allocated for one document. */
    long memoryBytes();

    /**
     * Reads a document.
     *
     * @return whether there was no error
     * @throws WrongException if what was read is not what is there, or the error is not as it should be
     */
    boolean read(byte[] document) throws WrongException;
}
