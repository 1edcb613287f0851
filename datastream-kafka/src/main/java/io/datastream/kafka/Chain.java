package io.datastream.kafka;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.Step;
import io.datastream.error.Original;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What one stage makes of one partition: its task, the keyed tasks in it, and what they give to exchanges. */
abstract sealed class Chain permits SourceChain, ExchangeChain {
    final List<KeyedTask> keyed = new ArrayList<>();
    final List<ExchangeWriter> exchanges = new ArrayList<>();

    /** Tells of records that have a trace; null if records are not traced. */
    final @Nullable RecordTraces traces;

    Chain(@Nullable RecordTraces traces) {
        this.traces = traces;
    }

    /** Takes the next record of the partition. */
    abstract void process(ConsumerRecord<byte[], byte[]> record);

    /** The source's record that is being processed, for dead letters and late records; null if it is not at hand. */
    @Nullable
    Original original() {
        return null;
    }

    /** Lets all happen that is due by the watermark. */
    abstract void advance();

    abstract long watermark();

    /** Whether the records that follow are read again only for those that wait for the watermark. */
    abstract void replaying(boolean replaying);

    /** The offset of the oldest record that waits; {@link Long#MAX_VALUE} if none does. */
    final long oldestWaiting() {
        long oldest = Long.MAX_VALUE;
        for (KeyedTask task : keyed) {
            oldest = Math.min(oldest, task.oldestPosition());
        }
        return oldest;
    }

    /** The number by which later stages know what comes from here. */
    abstract int origin();

    /** What moves the watermark on when there is nothing left to read, in words. */
    abstract String evidence();

    /** The origin that holds the watermark back; -1 if none does. */
    abstract int heldBackBy();

    /** Brings the meters up to date and returns the steps with their counts. */
    abstract List<Step> count();

    abstract void close();
}
