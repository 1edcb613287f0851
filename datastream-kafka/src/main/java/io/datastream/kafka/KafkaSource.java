package io.datastream.kafka;

import io.datastream.codec.Decoder;
import io.datastream.source.TopicSource;
import java.time.Instant;

/**
 * The records of a Kafka topic. The log's time is the record's timestamp. On {@link KafkaRuntime} it is Kafka's topic;
 * on a local runtime the in-process topic of the same name.
 *
 * @param <T> the records
 */
public final class KafkaSource<T> implements TopicSource<T> {
    private static final long serialVersionUID = 1L;

    private final String topic;
    private final Decoder<? extends T> decoder;
    private final StartFrom startFrom;
    private final Tombstones tombstones;

    /** What becomes of records without a value, which mark keys as gone in topics that are compacted. */
    public enum Tombstones {
        /** They are errors of the source, and its policy says what is done. */
        REFUSE,
        /** They are passed over, and counted as skipped. */
        SKIP
    }

    private KafkaSource(String topic, Decoder<? extends T> decoder, StartFrom startFrom, Tombstones tombstones) {
        this.topic = topic;
        this.decoder = decoder;
        this.startFrom = startFrom;
        this.tombstones = tombstones;
    }

    /** The topic of this name, from its beginning. */
    public static <T> KafkaSource<T> topic(String topic, Decoder<? extends T> decoder) {
        return new KafkaSource<>(topic, decoder, StartFrom.EARLIEST, Tombstones.REFUSE);
    }

    /** The same topic, read from elsewhere when the pipeline is started for the first time. */
    public KafkaSource<T> startFrom(StartFrom start) {
        return new KafkaSource<>(topic, decoder, start, tombstones);
    }

    /** The same topic, read from the first record with this timestamp or a later one when started for the first time. */
    public KafkaSource<T> startFrom(Instant time) {
        return startFrom(StartFrom.time(time));
    }

    /** The same topic with another treatment of records without a value. Default: {@link Tombstones#REFUSE}. */
    public KafkaSource<T> withTombstones(Tombstones tombstones) {
        return new KafkaSource<>(topic, decoder, startFrom, tombstones);
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public Decoder<? extends T> decoder() {
        return decoder;
    }

    StartFrom startFrom() {
        return startFrom;
    }

    boolean skipsTombstones() {
        return tombstones == Tombstones.SKIP;
    }
}
