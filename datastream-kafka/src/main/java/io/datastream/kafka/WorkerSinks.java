package io.datastream.kafka;

import io.datastream.engine.UnwritableException;
import io.datastream.error.PipelineException;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Plan;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.TopicSink;
import io.datastream.topic.RecordHeader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sinks of one worker. Results for topics become records of the partition's next transaction. Results for other
 * sinks wait until just before it, and are written and flushed then; while such a sink is away the worker reads nothing,
 * but stays in its group.
 */
final class WorkerSinks {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerSinks.class);
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);

    private final Plan plan;
    private final Broker broker;
    private final int worker;
    private final int workers;
    private final Map<String, SinkWriter<Object>> writers = new LinkedHashMap<>();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private long tryAgainAt;
    private long pause = FIRST_PAUSE;

    /** What is waited for, in words, for others to read. */
    volatile @Nullable String waitingFor;

    /** A result for a sink that is no topic. */
    private record Pending(PartitionTask from, String step, SinkWriter<Object> writer, long time, Object value) {}

    WorkerSinks(Plan plan, Broker broker, int worker, int workers) {
        this.plan = plan;
        this.broker = broker;
        this.worker = worker;
        this.workers = workers;
    }

    /** Opens the writers of all sinks that are no topics. */
    void open(List<SinkNode> nodes) {
        for (SinkNode node : nodes) {
            if (!(node.sink() instanceof TopicSink<?>)) {
                String step = plan.nameOf(node);
                writers.put(step, node.sink().open(SinkContext.fresh(plan.name(), step, worker, workers)));
            }
        }
    }

    /**
     * Takes a result of a partition.
     *
     * @throws UnwritableException if a topic's sink cannot turn it into bytes
     */
    void result(SinkNode node, PartitionTask from, long time, Object value) {
        String step = plan.nameOf(node);
        if (node.sink() instanceof TopicSink<Object> topic) {
            from.output(record(step, topic, value));
            return;
        }
        SinkWriter<Object> writer = writers.get(step);
        if (writer == null) {
            throw new IllegalStateException("step \"" + step + "\" has no writer");
        }
        pending.add(new Pending(from, step, writer, time, value));
    }

    private static ProducerRecord<byte[], byte[]> record(String step, TopicSink<Object> topic, Object value) {
        try {
            List<RecordHeader> headers = topic.headers(value);
            return new ProducerRecord<>(
                    topic.topic(), null, topic.key(value), topic.bytes(value), headers.isEmpty() ? null : of(headers));
        } catch (Exception e) {
            throw new UnwritableException(step, e);
        }
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
        pending.removeIf(result -> result.from() == task);
    }

    /** Whether a sink is away, so that nothing more should be read. */
    boolean isWaiting() {
        return waitingFor != null;
    }

    int pendingResults() {
        return pending.size();
    }

    /**
     * Writes what waits and makes it durable.
     *
     * @return false if a sink is away: then this is to be called again
     */
    boolean writeAll() {
        if (waitingFor != null && broker.nanoTime() < tryAgainAt) {
            return false;
        }
        String step = "";
        try {
            while (!pending.isEmpty()) {
                Pending next = pending.peek();
                step = next.step();
                next.writer().write(next.time(), next.value());
                pending.remove();
            }
            for (Map.Entry<String, SinkWriter<Object>> writer : writers.entrySet()) {
                step = writer.getKey();
                writer.getValue().flush();
            }
        } catch (SinkException e) {
            if (!e.isRetryable()) {
                throw new PipelineException(String.valueOf(e.getMessage()), e);
            }
            if (waitingFor == null) {
                LOG.warn("pipeline {}: step {} waits for its sink: {}", plan.name(), step, e.getMessage());
                pause = FIRST_PAUSE;
            }
            waitingFor = "step \"" + step + "\" waits for its sink and tries again: " + e.getMessage();
            tryAgainAt = broker.nanoTime() + pause;
            pause = Math.min(pause * 2, LONGEST_PAUSE);
            return false;
        }
        waitingFor = null;
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
        writers.values().forEach(SinkWriter::complete);
    }

    void close() {
        for (SinkWriter<Object> writer : new ArrayList<>(writers.values())) {
            try {
                writer.close();
            } catch (RuntimeException e) {
                LOG.warn("pipeline {}: a sink could not be closed", plan.name(), e);
            }
        }
    }
}
