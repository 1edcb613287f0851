package io.datastream.mqtt;

import io.datastream.codec.Decoder;
import java.io.Serializable;

/**
 * Makes records of messages. Safe for use by several threads.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface MqttDecoder<T> extends Serializable {
    /**
     * The record of a message.
     *
     * @throws RuntimeException if the message is not what was expected; it is an error of the pipeline's source, with the
     *     topic before the message of the exception
     */
    T decode(MqttMessage message);

    /** For payloads that hold all of the record. */
    static <T> MqttDecoder<T> ofPayload(Decoder<? extends T> decoder) {
        return message -> decoder.decode(message.payload());
    }
}
