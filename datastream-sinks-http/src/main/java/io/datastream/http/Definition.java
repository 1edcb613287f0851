package io.datastream.http;

import io.datastream.codec.Encoder;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What is sent and when.
 *
 * @param form how a batch is put together; null for requests of one result, as they are
 */
record Definition<T>(
        Encoder<? super T> encoder,
        String contentType,
        @Nullable String keyHeader,
        int batchResults,
        long batchNanos,
        @Nullable BatchForm form)
        implements Serializable {

    Definition<T> withContentType(String type) {
        return new Definition<>(encoder, type, keyHeader, batchResults, batchNanos, form);
    }

    Definition<T> withKeyHeader(@Nullable String header) {
        return new Definition<>(encoder, contentType, header, batchResults, batchNanos, form);
    }

    Definition<T> withBatch(int results, long nanos, BatchForm newForm) {
        return new Definition<>(encoder, contentType, keyHeader, results, nanos, newForm);
    }
}
