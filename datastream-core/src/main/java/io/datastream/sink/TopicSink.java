package io.datastream.sink;

import io.datastream.codec.Encoder;
import io.datastream.topic.RecordHeader;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sink that is a topic. The runtime says whose: in-process ones, or Kafka's, and writes to it by itself as part of
 * its commit.
 *
 * @param <T> the results
 */
public interface TopicSink<T> extends Sink<T>, Serializable {
    /** Name of the topic. */
    String topic();

    /** Turns a result into a record's value. */
    Encoder<? super T> encoder();

    /** The bytes of a result's key, which choose its partition; null for a record without key. */
    byte @Nullable [] key(T value) throws Exception;

    /** The bytes of a result; null for a record without value, which Kafka allows and in-process topics do not. */
    default byte @Nullable [] bytes(T value) throws Exception {
        return encoder().encode(value);
    }

    /** The headers of a result's record; none by default. */
    default List<RecordHeader> headers(T value) throws Exception {
        return List.of();
    }

    @Override
    default String name() {
        return topic();
    }

    @Override
    default Guarantee guarantee() {
        return Guarantee.EXACTLY_ONCE;
    }

    @Override
    default SinkWriter<T> open(SinkContext context) {
        throw new IllegalStateException("topic " + topic() + ": is written by the runtime itself, which commits it");
    }

    /** The topic of this name, with records without key. */
    static <T> TopicSink<T> of(String topic, Encoder<? super T> encoder) {
        return of(topic, encoder, value -> null);
    }

    /** The topic of this name, with a key for each record. */
    static <T> TopicSink<T> of(String topic, Encoder<? super T> encoder, KeyBytes<? super T> key) {
        return new TopicSink<>() {
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
                return key.of(value);
            }
        };
    }

    /**
     * Makes the bytes of a record's key.
     *
     * @param <T> the results
     */
    @FunctionalInterface
    interface KeyBytes<T> extends Serializable {
        /** The bytes of a result's key, or null for none. */
        byte @Nullable [] of(T value) throws Exception;
    }
}
