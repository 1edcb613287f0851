package io.datastream.feed;

import io.datastream.codec.CodecException;
import io.datastream.error.OneLine;
import java.io.Serializable;

/**
 * Makes records of kept events.
 *
 * @param <T> the records
 */
abstract class KeptDecoder<T> implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_SHOWN = 200;

    /** The user's part of it. */
    abstract T convert(Kept event);

    /** Which event it is, for messages. */
    abstract String name(Kept event);

    final T decode(Kept event) {
        try {
            event.checkSize();
            T value = convert(event);
            if (value == null) {
                throw new CodecException("the decoder gave null (expected: a record)");
            }
            return value;
        } catch (RuntimeException e) { // of the user's code: whatever it does not expect, such as a text for a number
            String problem = e instanceof CodecException ? e.getMessage() : shown(e.toString());
            throw new CodecException(name(event) + ": " + problem, e);
        }
    }

    static String shown(String text) {
        return OneLine.of(text, LONGEST_SHOWN);
    }
}
