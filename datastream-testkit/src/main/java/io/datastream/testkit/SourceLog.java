package io.datastream.testkit;

import io.datastream.codec.CodecException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one partition of a source holds. */
final class SourceLog {
    /** A record, or the error of one that could not be decoded. */
    @SuppressWarnings("ArrayRecordComponent")
    record Entry(
            long logTime, @Nullable Object value, @Nullable CodecException error, byte @Nullable [] original) {}

    final List<Entry> entries = new ArrayList<>();
    boolean ended;

    /** No record with an earlier time counts as on time, whatever the records say. */
    long floor = Long.MIN_VALUE;
}
