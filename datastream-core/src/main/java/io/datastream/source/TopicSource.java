package io.datastream.source;

import io.datastream.codec.Decoder;

/**
 * A source that is a topic. The runtime says whose: in-process ones, or Kafka's.
 *
 * @param <T> the records
 */
public interface TopicSource<T> extends SourceConnector<T> {
    /** Name of the topic. */
    String topic();

    /** Turns a record's value into a value. */
    Decoder<? extends T> decoder();

    @Override
    default String name() {
        return topic();
    }

    /** The topic of this name. */
    static <T> TopicSource<T> of(String topic, Decoder<? extends T> decoder) {
        return new TopicSource<>() {
            @Override
            public String topic() {
                return topic;
            }

            @Override
            public Decoder<? extends T> decoder() {
                return decoder;
            }
        };
    }
}
