package io.datastream.kafka;

import io.datastream.codec.Encoder;
import io.datastream.error.Late;
import io.datastream.kafka.internal.LetterHeaders;
import io.datastream.sink.TopicSink;
import io.datastream.topic.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic of late records: one record for each, in the transaction of the results around it.
 *
 * <p>Value, key and headers are those of the original record, byte for byte. More headers say where it belongs and how late
 * it was: those of {@link KafkaDeadLetters} without error, attempt and value; {@code datastream.kind} is {@code late}, and
 * {@code datastream.watermark} the watermark that it was behind. Where the original record was not at hand, because it has
 * passed an exchange, the value is the text of the record as the step knows it, there is no key, and
 * {@code datastream.content} is {@code text}.
 */
public final class KafkaLate implements TopicSink<Late<?>> {
    private static final long serialVersionUID = 1L;

    private final String topic;

    private KafkaLate(String topic) {
        this.topic = topic;
    }

    /** The topic of this name, for {@link io.datastream.Pipeline#lateTo}. */
    public static KafkaLate topic(String topic) {
        return new KafkaLate(topic);
    }

    @Override
    public String topic() {
        return topic;
    }

    /** The value of the record alone; empty where there is none. */
    @Override
    public Encoder<Late<?>> encoder() {
        return late -> {
            byte[] bytes = bytes(late);
            return bytes == null ? new byte[0] : bytes;
        };
    }

    @Override
    public byte @Nullable [] key(Late<?> late) {
        return late.original() == null ? null : late.original().key();
    }

    @Override
    public byte @Nullable [] bytes(Late<?> late) {
        return late.original() != null
                ? late.original().value()
                : String.valueOf(late.value()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<RecordHeader> headers(Late<?> late) {
        return LetterHeaders.of(late);
    }
}
