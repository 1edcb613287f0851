package io.datastream.redis;

import io.datastream.codec.Encoder;
import io.datastream.function.Fn;
import java.io.Serializable;

/**
 * What a sink was told, apart from its connection.
 *
 * @param form what it makes of results
 * @param prefix what stands before each key
 * @param key the rest of a result's key
 * @param value the bytes of a result
 * @param timeToLiveMillis how long a key stays after it was written last; 0 for ever
 * @param retentionMillis how much older than its newest the entries of a key may be; 0 for any age
 * @param maxLength how many entries of a key stay; 0 for all
 * @param batchResults results that are sent together
 * @param batchNanos how long a result waits for others, while more are coming
 */
record Definition<T>(
        Form form,
        String prefix,
        Fn<? super T, String> key,
        Encoder<? super T> value,
        long timeToLiveMillis,
        long retentionMillis,
        long maxLength,
        int batchResults,
        long batchNanos)
        implements Serializable {
    Definition<T> withTimeToLive(long millis) {
        return new Definition<>(form, prefix, key, value, millis, retentionMillis, maxLength, batchResults, batchNanos);
    }

    Definition<T> withRetention(long millis) {
        return new Definition<>(
                form, prefix, key, value, timeToLiveMillis, millis, maxLength, batchResults, batchNanos);
    }

    Definition<T> withMaxLength(long entries) {
        return new Definition<>(
                form, prefix, key, value, timeToLiveMillis, retentionMillis, entries, batchResults, batchNanos);
    }

    Definition<T> withBatch(int results, long nanos) {
        return new Definition<>(form, prefix, key, value, timeToLiveMillis, retentionMillis, maxLength, results, nanos);
    }

    /** Whether something is to be dropped at some time. */
    boolean isLimited() {
        return timeToLiveMillis > 0 || retentionMillis > 0 || maxLength > 0;
    }
}
