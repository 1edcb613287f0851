package io.datastream.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.CodecException;
import io.datastream.error.Original;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of the messages that a log has kept. */
final class MqttRecords<T> implements ReadableSource<T> {
    private static final long serialVersionUID = 1L;

    private final ReadableSource<MqttMessage> kept;
    private final MqttDecoding<T> decoding;

    MqttRecords(ReadableSource<MqttMessage> kept, MqttDecoding<T> decoding) {
        this.kept = kept;
        this.decoding = decoding;
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
        return new Reader<>(kept.open(partition, position), decoding);
    }

    @Override
    public String toString() {
        return "MQTT " + decoding + " in " + kept;
    }

    /** Decodes while it reads. */
    private static final class Reader<T> implements SourceReader<T> {
        private final SourceReader<MqttMessage> kept;
        private final MqttDecoding<T> decoding;
        private @Nullable MqttMessage last;
        private long lastNanos;

        Reader(SourceReader<MqttMessage> kept, MqttDecoding<T> decoding) {
            this.kept = kept;
            this.decoding = decoding;
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
                        value = decoding.decode(message);
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
