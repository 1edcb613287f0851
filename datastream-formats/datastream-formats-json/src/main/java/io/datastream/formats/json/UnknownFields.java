package io.datastream.formats.json;

/** What becomes of a field of a JSON object that the Java type does not have. */
public enum UnknownFields {
    /** It is left out: writers may add fields before readers know them. */
    IGNORE,
    /** The record is refused, with the names of the fields there are. */
    REJECT
}
