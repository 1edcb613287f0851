package io.datastream.kafka;

import io.datastream.engine.LogFields;
import io.datastream.engine.SinkResult;
import io.datastream.engine.UnwritableException;
import io.datastream.error.PipelineException;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Plan;
import io.datastream.runtime.Refusals;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.TopicSink;
import io.datastream.topic.RecordHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The sinks of one worker. Results for topics become records of the partition's next transaction. Results for other
 * sinks wait until just before it, and are written and flushed then, on a thread of their own. While that takes long, or
 * such a sink is away, the worker reads nothing, but stays in its group.
 */
final class WorkerSinks {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerSinks.class);
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);

    private final WorkerHost host;
    private final Plan plan;
    private final Broker broker;
    private final int worker;
    private final RecordLimits limits;

    /** Those of the worker, by step. */
    private final Map<String, SinkTarget> targets = new LinkedHashMap<>();

    /** Those of partitions, by step. */
    private final IdentityHashMap<PartitionTask, Map<String, SinkTarget>> owned = new IdentityHashMap<>();

    /** Partitions that are not ours any more, while results of theirs may be on their way. */
    private final Set<PartitionTask> forgotten = Collections.newSetFromMap(new IdentityHashMap<>());

    private @Nullable SinkThread thread;
    private long tryAgainAt;
    private long pause = FIRST_PAUSE;
    private volatile @Nullable String away;

    WorkerSinks(WorkerHost host, Broker broker, int worker) {
        this.host = host;
        this.plan = host.plan();
        this.broker = broker;
        this.worker = worker;
        this.limits = host.recordLimits();
    }

    /** Opens the writers of all sinks that are no topics; of those that are exactly once, each partition has its own. */
    void open(List<SinkNode> nodes) {
        List<SinkNode> others = nodes.stream()
                .filter(node -> !(node.sink() instanceof TopicSink<?>))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        SinkThread made = new SinkThread(Thread.currentThread().getName() + "-sinks", host.settings().clock);
        thread = made;
        for (SinkNode node : others) {
            if (!Topology.isKept(node)) {
                SinkTarget target = target(node, worker, host.settings().threads, false);
                target.ready();
                made.await(target::writer);
                targets.put(target.step(), target);
            }
        }
    }

    private SinkTarget target(SinkNode node, int task, int tasks, boolean isKept) {
        String step = plan.nameOf(node);
        Refusals refusals = new Refusals(step);
        return new SinkTarget(
                step,
                refusals,
                isKept,
                kept -> node.sink().open(new SinkContext(plan.name(), step, task, tasks, kept, refusals.receipts())));
    }

    /** Makes the writers that a partition has for itself, which are opened when its state is back. */
    void own(PartitionTask task) {
        Topology topology = host.topology();
        Map<String, SinkTarget> made = new LinkedHashMap<>();
        for (SinkNode node : topology.keptSinks(task.partition.topic())) {
            SinkTarget target = target(node, topology.sinkTask(node, task.partition), topology.sinkTasks(node), true);
            made.put(target.step(), target);
        }
        if (!made.isEmpty()) {
            owned.put(task, made);
            task.add(made.values());
        }
    }

    /** All writers that can be used now. */
    private List<SinkTarget> all() {
        List<SinkTarget> all = new ArrayList<>(targets.values());
        owned.values()
                .forEach(ofTask ->
                        ofTask.values().stream().filter(SinkTarget::isReady).forEach(all::add));
        return all;
    }

    /** Whether all writers are open and know what is committed. */
    boolean isSettled() {
        return all().stream().allMatch(SinkTarget::isSettled);
    }

    /**
     * Takes a result of a partition.
     *
     * @param traced headers that say its trace, which a topic gets; none if it has none
     * @param kept gives what to keep of it in case that its sink refuses it later; not asked for topics
     * @throws UnwritableException if a topic's sink cannot turn it into bytes, or into more than Kafka takes
     */
    void result(
            SinkNode node,
            PartitionTask from,
            long time,
            Object value,
            List<RecordHeader> traced,
            Supplier<SinkResult> kept) {
        String step = plan.nameOf(node);
        if (node.sink() instanceof TopicSink<Object> topic) {
            ProducerRecord<byte[], byte[]> record = record(step, topic, value);
            String excess = limits.excess(record);
            if (excess != null) {
                throw new UnwritableException(step, new RecordTooLargeException(excess), value);
            }
            from.output(traced.isEmpty() ? record : withTrace(record, traced));
            return;
        }
        SinkTarget target = owned.getOrDefault(from, targets).get(step);
        target = target == null ? targets.get(step) : target;
        if (target == null || thread == null) {
            throw new IllegalStateException("step \"" + step + "\" has no writer");
        }
        SinkResult result = kept.get();
        thread.add(from, target, time, value, error -> {
            if (!forgotten.contains(from)) {
                result.refused(error);
            }
        });
    }

    /** Takes a dead letter or a late record: there is no place for it if it is refused. */
    void lastResult(SinkNode node, PartitionTask from, long time, Object value) {
        result(node, from, time, value, List.of(), () -> error -> {
            throw new UnwritableException(plan.nameOf(node), error, value);
        });
    }

    private static ProducerRecord<byte[], byte[]> record(String step, TopicSink<Object> topic, Object value) {
        try {
            List<RecordHeader> headers = topic.headers(value);
            return new ProducerRecord<>(
                    topic.topic(), null, topic.key(value), topic.bytes(value), headers.isEmpty() ? null : of(headers));
        } catch (Exception e) {
            throw new UnwritableException(step, e, value);
        }
    }

    /** The same with its trace, unless the sink has given it one, or it would become too large by that. */
    private ProducerRecord<byte[], byte[]> withTrace(ProducerRecord<byte[], byte[]> record, List<RecordHeader> traced) {
        List<Header> all = new ArrayList<>(List.of(record.headers().toArray()));
        for (Header header : of(traced)) {
            if (record.headers().lastHeader(header.key()) == null) {
                all.add(header);
            }
        }
        ProducerRecord<byte[], byte[]> more =
                new ProducerRecord<>(record.topic(), null, record.key(), record.value(), all);
        return limits.excess(more) == null ? more : record;
    }

    private static List<Header> of(List<RecordHeader> headers) {
        List<Header> all = new ArrayList<>();
        for (RecordHeader header : headers) {
            all.add(new org.apache.kafka.common.header.internals.RecordHeader(header.name(), header.value()));
        }
        return all;
    }

    /** Another worker owns the partition now and will come to the same results. */
    void forget(PartitionTask task) {
        if (thread != null) {
            thread.forget(task);
            forgotten.add(task);
            Map<String, SinkTarget> writers = owned.remove(task);
            if (writers != null) {
                thread.later(() -> writers.values().forEach(this::close));
            }
        }
    }

    /** Whether a sink is away or still writes, so that nothing more should be read. */
    boolean isWaiting() {
        return away != null || (thread != null && thread.isBusy());
    }

    /** What is waited for, in words, for others to read; null for nothing. */
    @Nullable
    String waitingFor() {
        String known = away;
        return known != null || thread == null ? known : thread.slow();
    }

    int pendingResults() {
        return thread == null ? 0 : thread.pendingResults();
    }

    /**
     * Writes what waits and makes it durable.
     *
     * @return false if that takes longer, or a sink is away: then this is to be called again
     */
    boolean writeAll(Duration limit) {
        if (thread == null) {
            return true;
        }
        if (away != null && broker.nanoTime() < tryAgainAt) {
            return false;
        }
        try {
            boolean done = writeAndRefuse(thread, limit);
            away = done ? null : away;
            return done;
        } catch (SinkException e) {
            if (!e.isRetryable()) {
                throw new PipelineException(String.valueOf(e.getMessage()), e);
            }
            String step = thread.lastStep();
            if (away == null) {
                try (MDC.MDCCloseable ignored = LogFields.step(step)) {
                    LOG.warn("pipeline {}: step {} waits for its sink: {}", plan.name(), step, e.getMessage());
                }
                pause = FIRST_PAUSE;
            }
            away = "step \"" + step + "\" waits for its sink and tries again: " + e.getMessage();
            tryAgainAt = broker.nanoTime() + pause;
            pause = Math.min(pause * 2, LONGEST_PAUSE);
            return false;
        }
    }

    /** Writes, and then what comes of results that are refused: dead letters, which may go to such a sink as well. */
    private boolean writeAndRefuse(SinkThread writing, Duration limit) {
        boolean again = true;
        while (again) {
            List<SinkTarget> all = all();
            if (!writing.write(all, limit)) {
                return false;
            }
            again = false;
            for (SinkTarget target : all) {
                again |= target.refusals().apply();
            }
        }
        forgotten.clear(); // nothing of theirs is on its way any more
        return true;
    }

    /** Waits before a step tries a record again, unless the worker is to end. */
    void backOff(Duration length, BooleanSupplier stopped) {
        long end = broker.nanoTime() + length.toNanos();
        while (broker.nanoTime() < end && !stopped.getAsBoolean()) {
            broker.pause(Math.min(10, Math.max(1, length.toMillis())));
        }
    }

    void complete() {
        if (thread != null) {
            thread.await(() -> {
                all().forEach(SinkTarget::complete);
                return true;
            });
        }
    }

    /** Closes the writers, some time after the limit if one does not return. */
    void close(Duration limit) {
        if (thread != null && !thread.close(this::closeAll, limit)) {
            LOG.warn("pipeline {}: a sink still writes and will be closed when it is done", plan.name());
        }
    }

    private void closeAll() {
        targets.values().forEach(this::close);
        owned.values().forEach(ofTask -> ofTask.values().forEach(this::close));
    }

    private void close(SinkTarget target) {
        try {
            target.close();
        } catch (RuntimeException e) {
            LOG.warn("pipeline {}: sink \"{}\" could not be closed", plan.name(), target.step(), e);
        }
    }
}
