package io.datastream.error;

import org.jspecify.annotations.Nullable;

/** In the stead of an error whose message tells what is {@link Masked}: its class and stack trace with another message. */
public final class MaskedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String errorClass;

    MaskedException(Throwable error, @Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
        this.errorClass = nameOf(error);
        setStackTrace(error.getStackTrace());
    }

    /** The class of an error, which is that of the one it stands for if it is one of these. */
    public static String nameOf(Throwable error) {
        return error instanceof MaskedException masked
                ? masked.errorClass
                : error.getClass().getName();
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // it is told by the class it stands for
    public String toString() {
        String message = getMessage();
        return message == null ? errorClass : errorClass + ": " + message;
    }
}
