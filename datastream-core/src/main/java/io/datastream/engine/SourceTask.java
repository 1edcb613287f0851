package io.datastream.engine;

import io.datastream.codec.CodecException;
import io.datastream.engine.StatelessOps.Arrival;
import io.datastream.engine.StatelessOps.Counts;
import io.datastream.error.SourcePlace;
import io.datastream.function.ToLongFn;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.processor.Processor;
import io.datastream.source.Source;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A source stage for one partition: dates each record, keeps the partition's watermark, and runs the steps without state.
 * It is fed by a runtime, on one thread; it has no clock and reads nothing itself.
 */
public final class SourceTask {
    private final Stage stage;
    private final int origin;
    private final String partitionName;
    private final @Nullable ToLongFn<? super Object> time;
    private final long disorder;
    private final long maxFuture;
    private final Faults faults;
    private final Arrival arrival;
    private final Counts counts = new Counts();
    private final Op entry;
    private final Step step;
    private final List<Step> steps;
    private final List<Processor<Object, Object>> processors;

    private long highest = EventTime.MIN;
    private boolean ended;

    /**
     * A task for one partition.
     *
     * @param partitionName name of the partition for places, such as {@code readings-3}
     * @throws io.datastream.error.PipelineException if a processor cannot be opened
     */
    public SourceTask(Plan plan, Stage stage, int partition, String partitionName, TaskOutput output) {
        SourceNode node = stage.source();
        if (node == null) {
            throw new IllegalArgumentException(stage + " (expected: a source stage)");
        }
        Source<Object> source = node.source();
        this.stage = stage;
        this.origin = Origins.of(stage, partition);
        this.partitionName = partitionName;
        this.time = source.time();
        this.disorder = source.disorderNanos();
        this.maxFuture = source.maxFutureNanos();
        this.faults = new Faults(plan.name(), output, new Faults.Whereabouts() {
            @Override
            public int origin() {
                return origin;
            }

            @Override
            public String place(int from, long offset) {
                return partitionName + "@" + offset;
            }

            @Override
            public SourcePlace source(int from, long offset) {
                return new SourcePlace(source.connector().name(), partition, offset);
            }
        });
        faults.arriving = true;
        this.arrival = new Arrival(origin, faults);
        OpBuilder builder = new OpBuilder(plan, stage, partition, output, faults, arrival, counts, Map.of(), null);
        this.step = builder.step(node);
        this.entry = builder.after(node);
        this.steps = builder.steps();
        this.processors = builder.processors();
    }

    /**
     * Takes the next record.
     *
     * @param offset its place in the partition
     * @param logTime the log's time, in nanoseconds since the epoch
     * @param original its bytes for dead letters, if they are at hand
     * @throws io.datastream.error.PipelineException if a step fails whose policy is to fail
     */
    public void record(long offset, long logTime, Object value, byte @Nullable [] original) {
        faults.offset = offset;
        faults.logTime = logTime;
        faults.bytes = original;
        counts.in++;
        long eventTime;
        try {
            eventTime = timeOf(value, logTime);
        } catch (Exception e) {
            Object retried = faults.handle(step, e, logTime, value, () -> timeOf(value, logTime));
            if (retried == null) {
                return;
            }
            eventTime = (Long) retried;
        }
        arrival.watermark = watermark();
        entry.process(eventTime, null, value);
        if (eventTime > highest && !faults.replaying) {
            highest = eventTime;
        }
    }

    /** Takes a record that could not be decoded. */
    public void malformed(long offset, long logTime, CodecException error, byte @Nullable [] original) {
        faults.offset = offset;
        faults.logTime = logTime;
        faults.bytes = original;
        counts.in++;
        faults.giveUp(step, error, 1, logTime, null, null);
    }

    /** Passes over a record that is none for the pipeline. */
    public void skip() {
        counts.in++;
        if (!faults.replaying) {
            step.skipped.incrementAndGet();
        }
    }

    private long timeOf(Object value, long logTime) throws Exception {
        if (time == null) {
            return logTime;
        }
        long eventTime = time.applyAsLong(value);
        if (eventTime < EventTime.EARLIEST || eventTime > EventTime.LATEST) {
            throw new CodecException("event time: " + eventTime + " ns (expected: from " + EventTime.EARLIEST + " to "
                    + EventTime.LATEST + ", 1677-09-22 to 2262-04-10 in nanoseconds since 1970)");
        }
        if (eventTime > EventTime.plus(logTime, maxFuture)) {
            throw new CodecException("event time: " + EventTime.describe(eventTime) + " (expected: at most "
                    + Duration.ofNanos(maxFuture) + " after the record's log time " + EventTime.describe(logTime)
                    + ")");
        }
        return eventTime;
    }

    /** The partition has ended: its watermark passes everything. */
    public void end() {
        ended = true;
    }

    /** Whether the partition has ended. */
    public boolean isEnded() {
        return ended;
    }

    /** No record with an earlier time is on time any more. */
    public long watermark() {
        return ended ? EventTime.MAX : EventTime.minus(highest, disorder);
    }

    /** The highest event time seen; {@link EventTime#MIN} before the first record. Stored at each commit. */
    public long highestTime() {
        return highest;
    }

    /** Goes on from a commit. */
    public void restore(long highestTime) {
        highest = highestTime;
    }

    /**
     * Whether the records that follow were read before and are read again only for those that waited in a sorter: nothing
     * leaves by a sink, and the watermark stays.
     */
    public void replaying(boolean replaying) {
        faults.replaying = replaying;
    }

    /** The number of this partition as an origin. */
    public int origin() {
        return origin;
    }

    /** The stage. */
    public Stage stage() {
        return stage;
    }

    /** The partition's name. */
    public String partitionName() {
        return partitionName;
    }

    /** Records taken. */
    public long recordsIn() {
        return counts.in;
    }

    /** Results handed to sinks. */
    public long recordsOut() {
        return counts.out;
    }

    /** The steps with their counts. */
    public List<Step> steps() {
        return steps;
    }

    /** Closes the users' processors. The first failure is thrown after all have been closed. */
    public void close() {
        Closing.all(processors, Processor::close);
    }
}
