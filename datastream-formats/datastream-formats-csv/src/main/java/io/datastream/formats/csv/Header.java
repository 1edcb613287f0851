package io.datastream.formats.csv;

/** Whether a file begins with a line of column names. */
public enum Header {
    /** The first line names the columns; they may stand in any order. */
    PRESENT,
    /** The first line is a record; the columns stand in the order of the format. */
    ABSENT
}
