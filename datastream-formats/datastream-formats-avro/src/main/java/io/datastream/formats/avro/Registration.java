package io.datastream.formats.avro;

/** What a codec does about the schema it writes with. */
public enum Registration {
    /** Registers it under the subject, unless it is there already. */
    REGISTER,
    /** Only looks it up, so that a schema nobody has registered under the subject is an error. */
    LOOK_UP
}
