package io.datastream.testkit;

import io.datastream.Pipeline;
import io.datastream.codec.CodecException;
import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.sink.Sink;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pipeline in a test: on the calling thread, without a clock, sink or store. Records are pushed into partitions of
 * the sources; each push returns when everything that is due has happened. Sinks are not opened: what would go to them is
 * kept, and read with {@link #results}.
 *
 * <pre>{@code
 * try (PipelineDriver driver = PipelineDriver.of(pipeline).withPartitions("readings", 2)) {
 *     driver.push("readings", 0, new Reading("a", Instant.parse("2026-01-01T00:00:00Z"), 20.5));
 *     driver.push("readings", 1, new Reading("b", Instant.parse("2026-01-01T00:00:01Z"), 19.0));
 *     driver.endOfInput();
 *     assertThat(driver.results(means)).hasSize(2);
 * }
 * }</pre>
 *
 * <p>{@link #commit} and {@link #crash} show that a pipeline survives a crash: the second throws away all tasks and what
 * left since the last commit, makes tasks from the stored state, and reads the records again that were pushed since.
 *
 * <p>Errors of a step whose policy is to fail come out of the call that caused them. A retry does not wait; its pauses
 * are in {@link #backOffs}. Used by one thread.
 */
public final class PipelineDriver implements AutoCloseable {
    /** How a commit takes the state of keyed tasks. */
    public enum Commits {
        /** What has changed since the last commit; rows that wait for the watermark are read again. As on Kafka. */
        CHANGES,
        /** All of it, with the rows that wait for the watermark. As in local checkpoints. */
        SNAPSHOTS
    }

    private final Plan plan;
    private final Map<String, Integer> partitions;
    private final int shards;
    private final Commits commits;
    private @Nullable Rig started;

    private PipelineDriver(Plan plan, Map<String, Integer> partitions, int shards, Commits commits) {
        this.plan = plan;
        this.partitions = partitions;
        this.shards = shards;
        this.commits = commits;
    }

    /**
     * A driver with one task for each stage behind an exchange, which commits {@link Commits#CHANGES}.
     *
     * @throws IllegalArgumentException if the definition cannot run
     */
    public static PipelineDriver of(Pipeline pipeline) {
        return new PipelineDriver(pipeline.plan(), Map.of(), 1, Commits.CHANGES);
    }

    /** A driver that has not started, with this many partitions of a source. Default: what the source says, or one. */
    public PipelineDriver withPartitions(String source, int count) {
        checkNotStarted();
        if (count < 1) {
            throw new IllegalArgumentException("partitions of " + source + ": " + count + " (expected: at least 1)");
        }
        sourceNode(source);
        Map<String, Integer> changed = new HashMap<>(partitions);
        changed.put(source, count);
        return new PipelineDriver(plan, Map.copyOf(changed), shards, commits);
    }

    /** A driver that has not started, with this many tasks for each stage behind an exchange. */
    public PipelineDriver withShards(int count) {
        checkNotStarted();
        if (count < 1) {
            throw new IllegalArgumentException("shards: " + count + " (expected: at least 1)");
        }
        return new PipelineDriver(plan, partitions, count, commits);
    }

    /** A driver that has not started, with other commits. */
    public PipelineDriver withCommits(Commits commits) {
        checkNotStarted();
        return new PipelineDriver(plan, partitions, shards, commits);
    }

    private void checkNotStarted() {
        if (started != null) {
            throw new IllegalStateException("the driver has started (expected: options before the first push)");
        }
    }

    private Rig rig() {
        Rig rig = started;
        if (rig == null) {
            boolean changes = commits == Commits.CHANGES;
            rig = new Rig(plan, new Rig.Options(partitions, shards, changes, changes, false, true));
            started = rig;
        }
        return rig;
    }

    /** Pushes a record into the first partition of a source. */
    public void push(String source, Object value) {
        push(source, 0, value);
    }

    /**
     * Pushes a record into a partition of a source, with a log time that no event time is too far ahead of.
     *
     * @throws IllegalArgumentException if the source's event time is the log's, which must then be given
     */
    public void push(String source, int partition, Object value) {
        if (sourceNode(source).source().time() == null) {
            throw new IllegalArgumentException("source \"" + source
                    + "\": its event time is the log's (expected: push(source, partition, value, logTime))");
        }
        append(source, partition, new SourceLog.Entry(EventTime.MAX, value, null, null));
    }

    /** Pushes a record into a partition of a source, with the log's time. */
    public void push(String source, int partition, Object value, Instant logTime) {
        append(source, partition, new SourceLog.Entry(EventTime.nanos(logTime), value, null, null));
    }

    /** Pushes a record that could not be decoded. */
    public void pushMalformed(
            String source, int partition, CodecException error, byte @Nullable [] original, Instant logTime) {
        append(source, partition, new SourceLog.Entry(EventTime.nanos(logTime), null, error, original));
    }

    private void append(String source, int partition, SourceLog.Entry entry) {
        SourceUnit unit = unit(source, partition);
        if (unit.log.ended) {
            throw new IllegalStateException(
                    "source \"" + source + "\" partition " + partition + " has ended (expected: pushes before)");
        }
        unit.log.entries.add(entry);
        rig().run();
    }

    /**
     * Reads all sources that can be read to their end, as lists and files can, and ends them. Their records have the time
     * of reading as log time, as such sources do.
     */
    public void readSources() {
        for (SourceUnit unit : rig().sources()) {
            SourceNode node = node(unit);
            if (node.source().connector() instanceof ReadableSource<Object> readable) {
                try (SourceReader<Object> reader = readable.open(unit.partition, unit.log.entries.size())) {
                    readAll(node, reader, unit.log);
                }
            }
        }
        rig().run();
    }

    private void readAll(SourceNode node, SourceReader<Object> reader, SourceLog log) {
        SourceReader.Collector<Object> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, Object value, byte @Nullable [] original) {
                log.entries.add(new SourceLog.Entry(logNanos, value, null, original));
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                log.entries.add(new SourceLog.Entry(logNanos, null, error, original));
            }
        };
        while (true) {
            SourceReader.Status status = reader.poll(1_000, collector);
            if (status == SourceReader.Status.END) {
                log.ended = true;
                return;
            }
            if (status == SourceReader.Status.CAUGHT_UP) {
                throw new IllegalStateException("source \"" + plan.nameOf(node)
                        + "\": it does not end (expected: a bounded source, or push for this one)");
            }
        }
    }

    /** Moves the watermarks of all partitions on to a time, as if they had been idle. */
    public void advanceTo(Instant watermark) {
        long nanos = EventTime.nanos(watermark);
        rig().sources().forEach(unit -> unit.log.floor = Math.max(unit.log.floor, nanos));
        rig().run();
    }

    /** Moves the watermark of one partition on to a time, as if it had been idle. */
    public void advanceTo(String source, int partition, Instant watermark) {
        SourceUnit unit = unit(source, partition);
        unit.log.floor = Math.max(unit.log.floor, EventTime.nanos(watermark));
        rig().run();
    }

    /** Ends all partitions: every window closes. */
    public void endOfInput() {
        rig().sources().forEach(unit -> unit.log.ended = true);
        rig().run();
    }

    /** Ends one partition. */
    public void endOfInput(String source, int partition) {
        unit(source, partition).log.ended = true;
        rig().run();
    }

    /** Makes all that has happened permanent. */
    public void commit() {
        rig().commitAll();
    }

    /**
     * Throws away all tasks, and what left them since the last commit; then goes on from that commit, and reads again
     * what was pushed since.
     */
    public void crash() {
        rig().crashAll();
        rig().run();
    }

    /** What has gone to a sink, in order; the results of one key are in the order in which any run gives them. */
    public <T> List<Result<T>> results(Sink<T> sink) {
        boolean known = plan.nodes().stream().anyMatch(node -> node instanceof SinkNode to && to.sink() == sink);
        if (!known) {
            throw new IllegalArgumentException(
                    "sink: " + sink.name() + " (expected: one of pipeline " + plan.name() + ")");
        }
        return rig().outcome().results.stream()
                .filter(result -> result.sink().sink() == sink)
                .map(PipelineDriver::<T>asResult)
                .toList();
    }

    /** What has gone to a sink, by the sink's name or the name of its step. */
    public List<Result<Object>> results(String sink) {
        List<SinkNode> sinks = plan.nodes().stream()
                .filter(SinkNode.class::isInstance)
                .map(SinkNode.class::cast)
                .filter(node ->
                        plan.nameOf(node).equals(sink) || node.sink().name().equals(sink))
                .toList();
        if (sinks.isEmpty()) {
            throw new IllegalArgumentException("sink: " + sink + " (expected: one of pipeline " + plan.name() + ")");
        }
        return rig().outcome().results.stream()
                .filter(result -> sinks.contains(result.sink()))
                .map(PipelineDriver::<Object>asResult)
                .toList();
    }

    /** The values that have gone to a sink, in order. */
    public <T> List<T> values(Sink<T> sink) {
        return results(sink).stream().map(Result::value).toList();
    }

    @SuppressWarnings("unchecked")
    private static <T> Result<T> asResult(Outcome.Result result) {
        return new Result<>(result.time(), result.key(), (T) result.value());
    }

    /** The late records of steps without a late output of their own. */
    public List<Late<?>> lates() {
        return rig().outcome().lates.stream()
                .<Late<?>>map(Outcome.LateOne::late)
                .toList();
    }

    /** The dead letters. */
    public List<DeadLetter> deadLetters() {
        return rig().outcome().deadLetters.stream().map(Outcome.Dead::letter).toList();
    }

    /** The pauses before retries, which a runtime would have waited. */
    public List<Duration> backOffs() {
        return List.copyOf(rig().backOffs);
    }

    /** How many records a step has dropped because they failed, since the start or the last crash. */
    public long skipped(String step) {
        return count(step, 0);
    }

    /** How many records have come too late for a step, since the start or the last crash. */
    public long late(String step) {
        return count(step, 2);
    }

    private long count(String step, int kind) {
        long[] counts = rig().counts().get(step);
        if (counts == null) {
            throw new IllegalArgumentException(
                    "step: " + step + " (expected: one of " + rig().counts().keySet() + ")");
        }
        return counts[kind];
    }

    /** The definition, and where its tasks stand: watermarks, keys, rows that wait, state as of the last commit. */
    public String describe() {
        StringBuilder text = new StringBuilder(plan.describe());
        Rig rig = rig();
        for (SourceUnit unit : rig.sources()) {
            text.append(unit.task().partitionName())
                    .append(": read ")
                    .append(unit.position())
                    .append(", watermark ")
                    .append(EventTime.describe(unit.watermark()))
                    .append('\n');
            for (SourceUnit.Fused fused : unit.fused()) {
                TaskText.append(text, fused.task, fused.stored.size());
            }
        }
        rig.keyed()
                .forEach(
                        unit -> TaskText.append(text, unit.task(), unit.stored().size()));
        return text.toString();
    }

    /** Closes the processors. */
    @Override
    public void close() {
        Rig rig = started;
        if (rig != null) {
            rig.close();
        }
    }

    private SourceNode sourceNode(String name) {
        for (SourceNode node : plan.sources()) {
            if (plan.nameOf(node).equals(name)) {
                return node;
            }
        }
        throw new IllegalArgumentException("source: " + name + " (expected: one of "
                + plan.sources().stream().map(plan::nameOf).toList() + ")");
    }

    private static SourceNode node(SourceUnit unit) {
        SourceNode node = unit.stage.source();
        if (node == null) {
            throw new IllegalStateException(unit.stage + " has no source");
        }
        return node;
    }

    private SourceUnit unit(String source, int partition) {
        SourceNode node = sourceNode(source);
        for (SourceUnit unit : rig().sources()) {
            if (unit.stage.source() == node && unit.partition == partition) {
                return unit;
            }
        }
        throw new IllegalArgumentException("partition of " + source + ": " + partition
                + " (expected: one of those given with withPartitions(...), from 0)");
    }

    /**
     * What has gone to a sink.
     *
     * @param timeNanos its event time, in nanoseconds since the epoch
     * @param key its key; null where it left a stream without keys
     * @param value the result
     * @param <T> type of the result
     */
    public record Result<T>(long timeNanos, @Nullable Object key, T value) {
        /** Its event time. */
        public Instant time() {
            return EventTime.instant(timeNanos);
        }
    }
}
