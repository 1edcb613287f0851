package io.datastream.kafka;

import io.datastream.codec.Encoder;
import io.datastream.error.DeadLetter;
import io.datastream.kafka.internal.LetterHeaders;
import io.datastream.sink.TopicSink;
import io.datastream.topic.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic of dead letters: one record for each, in the transaction of the results around it.
 *
 * <p>Value, key and headers are those of the original record, byte for byte, so that it can be played again. More headers,
 * all of UTF-8 text, say what happened:
 *
 * <ul>
 *   <li>{@code datastream.pipeline}, {@code datastream.step}: who gave it up
 *   <li>{@code datastream.error.class}, {@code datastream.error.message}, {@code datastream.attempt}: why, and after how
 *       many tries
 *   <li>{@code datastream.topic}, {@code datastream.partition}, {@code datastream.offset}: where it stands; missing for a
 *       result that comes from no single record, such as that of a window
 *   <li>{@code datastream.timestamp}, {@code datastream.time}: the original record's timestamp in milliseconds, and its
 *       event time; missing where they are not known
 *   <li>{@code datastream.place}, {@code datastream.value}: the place in words, and the value that failed as text, at most
 *       1,000 characters
 *   <li>{@code datastream.content}: {@code original}, or {@code text} where the original record was not at hand because it
 *       has passed an exchange or had to wait to be put in order: then the value is that text and there is no key; or
 *       {@code nothing}, with an empty value
 *   <li>{@code datastream.kind}: {@code dead-letter}
 * </ul>
 *
 * <p>Messages are cut after 2,000 characters. On a local runtime the in-process topic of this name gets the same records.
 */
public final class KafkaDeadLetters implements TopicSink<DeadLetter> {
    private static final long serialVersionUID = 1L;

    private final String topic;

    private KafkaDeadLetters(String topic) {
        this.topic = topic;
    }

    /** The topic of this name, for {@link io.datastream.Pipeline#deadLettersTo}. */
    public static KafkaDeadLetters topic(String topic) {
        return new KafkaDeadLetters(topic);
    }

    @Override
    public String topic() {
        return topic;
    }

    /** The value of the record alone; empty where there is none. */
    @Override
    public Encoder<DeadLetter> encoder() {
        return letter -> {
            byte[] bytes = bytes(letter);
            return bytes == null ? new byte[0] : bytes;
        };
    }

    @Override
    public byte @Nullable [] key(DeadLetter letter) {
        return letter.original() == null ? null : letter.original().key();
    }

    @Override
    public byte @Nullable [] bytes(DeadLetter letter) {
        if (letter.original() != null) {
            return letter.original().value();
        }
        return letter.value() == null ? new byte[0] : letter.value().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<RecordHeader> headers(DeadLetter letter) {
        return LetterHeaders.of(letter);
    }
}
