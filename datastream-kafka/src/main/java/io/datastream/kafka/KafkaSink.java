package io.datastream.kafka;

import io.datastream.codec.Encoder;
import io.datastream.function.Fn;
import io.datastream.sink.TopicSink;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka topic that results go to, as part of the runtime's transaction: exactly once for readers with
 * {@code isolation.level=read_committed}. Records get the time of writing as their timestamp, so that a topic's retention
 * does not delete results of old data at once.
 *
 * @param <T> the results
 */
public final class KafkaSink<T> implements TopicSink<T> {
    private static final long serialVersionUID = 1L;

    private final String topic;
    private final Encoder<? super T> encoder;
    private final @Nullable KeyBytes<? super T> key;

    private KafkaSink(String topic, Encoder<? super T> encoder, @Nullable KeyBytes<? super T> key) {
        this.topic = topic;
        this.encoder = encoder;
        this.key = key;
    }

    /** The topic of this name, with records without key, which go to partitions in turn. */
    public static <T> KafkaSink<T> topic(String topic, Encoder<? super T> encoder) {
        return new KafkaSink<>(topic, encoder, null);
    }

    /** The same topic, with text as key: records of a key go to one partition, in order. */
    public KafkaSink<T> keyedBy(Fn<? super T, String> key) {
        return new KafkaSink<>(topic, encoder, value -> key.apply(value).getBytes(StandardCharsets.UTF_8));
    }

    /** The same topic, with a key that this encoder writes. */
    public <K> KafkaSink<T> keyedBy(Fn<? super T, ? extends K> key, Encoder<? super K> keyEncoder) {
        return new KafkaSink<>(topic, encoder, value -> keyEncoder.encode(key.apply(value)));
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public Encoder<? super T> encoder() {
        return encoder;
    }

    @Override
    public byte @Nullable [] key(T value) throws Exception {
        return key == null ? null : key.of(value);
    }
}
