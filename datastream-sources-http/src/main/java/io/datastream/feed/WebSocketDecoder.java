package io.datastream.feed;

import io.datastream.codec.Decoder;
import java.io.Serializable;

/**
 * Makes records of messages of a WebSocket. Safe for use by several threads.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface WebSocketDecoder<T> extends Serializable {
    /**
     * The record of a message.
     *
     * @throws RuntimeException if the message is not what was expected; it is an error of the pipeline's source
     */
    T decode(WebSocketMessage message);

    /** For payloads that hold all of the record. */
    static <T> WebSocketDecoder<T> ofPayload(Decoder<? extends T> decoder) {
        return message -> decoder.decode(message.payload());
    }
}
