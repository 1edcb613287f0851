package io.datastream.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.CodecException;
import io.datastream.error.Original;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of the messages that a log has kept. */
final class MqttRecords<T> implements ReadableSource<T> {
    private static final long serialVersionUID = 1L;

    private final ReadableSource<MqttMessage> kept;
    private final ArrayList<TopicPattern> patterns;
    private final MqttDecoder<T> decoder;

    MqttRecords(ReadableSource<MqttMessage> kept, List<TopicPattern> patterns, MqttDecoder<T> decoder) {
        this.kept = kept;
        this.patterns = new ArrayList<>(patterns);
        this.decoder = decoder;
    }

    @Override
    public String name() {
        return kept.name();
    }

    @Override
    public int partitions() {
        return kept.partitions();
    }

    @Override
    public String partitionName(int partition) {
        return kept.partitionName(partition);
    }

    @Override
    public boolean isBounded() {
        return kept.isBounded();
    }

    @Override
    public boolean isReplayable() {
        return kept.isReplayable();
    }

    @Override
    public SourceReader<T> open(int partition, long position) {
        return new Reader<>(kept.open(partition, position), this);
    }

    private T decode(MqttMessage message) {
        try {
            message.checkSize();
            T value = decoder.decode(message.withFields(fields(message.topic())));
            if (value == null) {
                throw new CodecException("the decoder gave null (expected: a record)");
            }
            return value;
        } catch (RuntimeException e) { // of the user's code: whatever it does not expect, such as a text for a number
            String problem = e instanceof CodecException ? e.getMessage() : MqttMessage.shown(e.toString());
            throw new CodecException("mqtt " + MqttMessage.shown(message.topic()) + ": " + problem, e);
        }
    }

    private Map<String, String> fields(String topic) {
        for (TopicPattern pattern : patterns) {
            Map<String, String> fields = pattern.match(topic);
            if (fields != null) {
                return fields;
            }
        }
        return Map.of(); // kept by a program that had other patterns
    }

    @Override
    public String toString() {
        return "MQTT " + patterns + " in " + kept;
    }

    /** Decodes while it reads. */
    private static final class Reader<T> implements SourceReader<T> {
        private final SourceReader<MqttMessage> kept;
        private final MqttRecords<T> records;
        private @Nullable MqttMessage last;
        private long lastNanos;

        Reader(SourceReader<MqttMessage> kept, MqttRecords<T> records) {
            this.kept = kept;
            this.records = records;
        }

        @Override
        public Status poll(int max, Collector<? super T> out) {
            return kept.poll(max, new Collector<>() {
                @Override
                public void record(long offset, long logNanos, MqttMessage message, byte @Nullable [] original) {
                    last = message;
                    lastNanos = logNanos;
                    T value;
                    try {
                        value = records.decode(message);
                    } catch (CodecException e) {
                        out.malformed(offset, logNanos, e, message.payload());
                        return;
                    }
                    out.record(offset, logNanos, value, message.payload());
                }

                @Override
                public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                    last = null;
                    out.malformed(offset, logNanos, error, original);
                }
            });
        }

        /** The topic as key, and the payload as value. */
        @Override
        public @Nullable Original original() {
            MqttMessage message = last;
            return message == null
                    ? null
                    : new Original(lastNanos, message.topic().getBytes(UTF_8), message.payload(), List.of());
        }

        @Override
        public void close() {
            kept.close();
        }
    }
}
