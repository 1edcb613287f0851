package io.datastream.feed;

import io.datastream.codec.Decoder;
import java.io.Serializable;

/**
 * Makes records of server-sent events. Safe for use by several threads.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface SseDecoder<T> extends Serializable {
    /**
     * The record of an event.
     *
     * @throws RuntimeException if the event is not what was expected; it is an error of the pipeline's source, with type and id
     *     of the event before the message of the exception
     */
    T decode(SseEvent event);

    /** For events whose data hold all of the record. */
    static <T> SseDecoder<T> ofData(Decoder<? extends T> decoder) {
        return event -> decoder.decode(event.bytes());
    }
}
