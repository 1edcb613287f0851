package io.datastream.kafka;

import java.util.Arrays;

/** Bytes that are compared by content. */
@SuppressWarnings("ArrayRecordComponent")
record EntryKey(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
        return other instanceof EntryKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
