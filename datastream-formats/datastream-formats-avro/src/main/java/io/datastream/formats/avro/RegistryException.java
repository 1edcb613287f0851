package io.datastream.formats.avro;

/**
 * A schema registry that does not answer, does not let us in, or refuses a schema. No record is to blame, so a pipeline fails
 * with it and starts again by its restart policy, instead of dropping records.
 */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RegistryException(String message) {
        super(message);
    }

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
