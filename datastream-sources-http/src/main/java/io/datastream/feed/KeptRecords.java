package io.datastream.feed;

import io.datastream.codec.CodecException;
import io.datastream.log.DurableLog;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceConnector;
import io.datastream.source.SourceReader;
import org.jspecify.annotations.Nullable;

/** The records of the events that a log has kept; dead letters have the bytes that the server sent. */
final class KeptRecords<T> implements ReadableSource<T> {
    private static final long serialVersionUID = 1L;

    private final ReadableSource<Kept> kept;
    private final KeptDecoder<T> decoder;

    private KeptRecords(ReadableSource<Kept> kept, KeptDecoder<T> decoder) {
        this.kept = kept;
        this.decoder = decoder;
    }

    static <T> SourceConnector<T> of(DurableLog log, KeptDecoder<T> decoder) {
        SourceConnector<Kept> kept = log.source(Kept::decode);
        return kept instanceof ReadableSource<Kept> readable
                ? new KeptRecords<>(readable, decoder)
                : log.source(bytes -> decoder.decode(Kept.decode(bytes))); // read elsewhere, as the log has it
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
        return new Reader<>(kept.open(partition, position), decoder);
    }

    @Override
    public String toString() {
        return "events in " + kept;
    }

    /** Decodes while it reads. */
    private record Reader<T>(SourceReader<Kept> kept, KeptDecoder<T> decoder) implements SourceReader<T> {
        @Override
        public Status poll(int max, Collector<? super T> out) {
            return kept.poll(max, new Collector<>() {
                @Override
                public void record(long offset, long logNanos, Kept event, byte @Nullable [] original) {
                    T value;
                    try {
                        value = decoder.decode(event);
                    } catch (CodecException e) {
                        out.malformed(offset, logNanos, e, event.payload);
                        return;
                    }
                    out.record(offset, logNanos, value, event.payload);
                }

                @Override
                public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                    out.malformed(offset, logNanos, error, original);
                }
            });
        }

        @Override
        public void close() {
            kept.close();
        }
    }
}
