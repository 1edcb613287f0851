package io.datastream.log;

import org.jspecify.annotations.Nullable;

/** A batch on its way into the log. Guarded by the log's lock, but for its frame, which the thread that writes owns. */
final class Batch {
    final byte[] frame;
    final int count;
    final @Nullable String key;
    final long fingerprint;
    long offset = -1;
    boolean done;

    @Nullable
    LogException failure;

    Batch(byte[] frame, int count, @Nullable String key, long fingerprint) {
        this.frame = frame;
        this.count = count;
        this.key = key;
        this.fingerprint = fingerprint;
    }
}
