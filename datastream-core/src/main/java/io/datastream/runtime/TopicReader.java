package io.datastream.runtime;

import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.error.Original;
import io.datastream.source.SourceReader;
import io.datastream.topic.Topic;
import io.datastream.topic.TopicRecord;
import org.jspecify.annotations.Nullable;

/** Reads a partition of an in-process topic. */
final class TopicReader implements SourceReader<Object> {
    private final Topic topic;
    private final int partition;
    private final Decoder<?> decoder;
    private long position;
    private @Nullable TopicRecord current;

    TopicReader(Topic topic, int partition, Decoder<?> decoder, long position) {
        this.topic = topic;
        this.partition = partition;
        this.decoder = decoder;
        this.position = position;
    }

    @Override
    public Status poll(int max, Collector<? super Object> out) {
        for (TopicRecord record : topic.read(partition, position, max)) {
            position = record.offset() + 1;
            current = record;
            Object value;
            try {
                value = decoder.decode(record.value());
            } catch (CodecException e) {
                out.malformed(record.offset(), record.timeNanos(), e, record.value());
                continue;
            }
            out.record(record.offset(), record.timeNanos(), value, record.value());
        }
        return position < topic.end(partition) ? Status.MORE : Status.CAUGHT_UP;
    }

    @Override
    public @Nullable Original original() {
        return current == null
                ? null
                : new Original(current.timeNanos(), current.key(), current.value(), current.headers());
    }

    @Override
    public void close() {}
}
