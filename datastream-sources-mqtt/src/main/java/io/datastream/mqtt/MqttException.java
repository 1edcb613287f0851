package io.datastream.mqtt;

import org.jspecify.annotations.Nullable;

/** A broker refused what it was asked for, and asking again as before will not help. */
public final class MqttException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal; the message names the broker, and says what would have been right. */
    public MqttException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
