package io.datastream.log;

/** The key of a batch is known for other records, so the batch was refused and nothing of it kept. */
public final class KeyReusedException extends LogException {
    private static final long serialVersionUID = 1L;

    /** A key that is known. */
    public KeyReusedException(String message) {
        super(message, null);
    }
}
