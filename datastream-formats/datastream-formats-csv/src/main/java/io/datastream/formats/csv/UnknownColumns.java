package io.datastream.formats.csv;

/** What becomes of a column of a file that the Java type does not have. */
public enum UnknownColumns {
    /** The file is refused, with the names of the columns there are. */
    REJECT,
    /** The column is passed over. */
    IGNORE
}
