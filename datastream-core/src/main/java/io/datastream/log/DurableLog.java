package io.datastream.log;

import io.datastream.codec.Decoder;
import io.datastream.source.SourceConnector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records durably before their sender is told that they have arrived, and gives them to pipelines as a source that
 * can be read again. Safe for use by several threads.
 */
public interface DurableLog {
    /** The longest key of a batch, in characters. */
    int LONGEST_KEY = 255;

    /**
     * Appends a batch and returns when it is durable: all of its records, or none of them.
     *
     * @param records the bytes of each record, not null; they are not changed meanwhile
     * @param key by which the batch is recognized when it is sent once more; null where there is none. Of up to {@link
     *     #LONGEST_KEY} visible characters of ASCII
     * @return where the records are; for a batch that was recognized, where they have been since the first time
     * @throws LogFullException if a bound is reached; nothing was kept
     * @throws KeyReusedException if the key is known for other records; nothing was kept
     * @throws LogException if the batch may not be durable; it was not acknowledged, and may be sent once more
     */
    Appended append(List<byte[]> records, @Nullable String key);

    /**
     * The bytes of the last record that is durable; null where there is none. For whoever appends, to know at a start how far it
     * had come.
     *
     * @throws LogException if it cannot be read
     */
    byte @Nullable [] last();

    /** The records as a source; in the order of the log. */
    <T> SourceConnector<T> source(Decoder<T> decoder);

    /** What there is to know of the log now, for people and health checks. */
    LogStatus status();
}
