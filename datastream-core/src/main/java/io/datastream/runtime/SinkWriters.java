package io.datastream.runtime;

import io.datastream.codec.CodecException;
import io.datastream.engine.LogFields;
import io.datastream.engine.SinkResult;
import io.datastream.engine.TaskOutput.ResultTarget;
import io.datastream.engine.UnwritableException;
import io.datastream.error.PipelineException;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Plan;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.TopicSink;
import io.datastream.topic.RecordHeader;
import io.datastream.topic.Topic;
import io.datastream.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The sinks that one worker writes to. Waits and tries again where a sink says that this may help. */
final class SinkWriters {
    private static final Logger LOG = LoggerFactory.getLogger(SinkWriters.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Plan plan;
    private final int worker;
    private final int workers;
    private final Topics topics;
    private final boolean staged;
    private final Map<String, byte[]> restored;
    private final BooleanSupplier stopped;
    private final Map<String, WriterTarget> writers = new LinkedHashMap<>();
    private final Map<String, ResultTarget> targets = new LinkedHashMap<>();
    private final List<Staged> stagedRecords = new ArrayList<>();

    /** What a worker waits for, for others to read; null for nothing. */
    volatile @Nullable String waitingFor;

    /** The step whose sink is called now. Set twice for each result, so without a fence; a look a little later sees it. */
    private final AtomicReference<@Nullable String> called = new AtomicReference<>();

    /** A record of a topic that waits for the commit. */
    @SuppressWarnings("ArrayRecordComponent")
    record Staged(Topic topic, long time, byte @Nullable [] key, byte[] value, List<RecordHeader> headers) {
        void append() {
            topic.append(time, key, value, headers);
        }
    }

    SinkWriters(
            Plan plan,
            int worker,
            int workers,
            Topics topics,
            boolean staged,
            Map<String, byte[]> restored,
            BooleanSupplier stopped) {
        this.plan = plan;
        this.worker = worker;
        this.workers = workers;
        this.topics = topics;
        this.staged = staged;
        this.restored = restored;
        this.stopped = stopped;
    }

    /** Where the results of a sink step go, from all tasks of this worker. */
    ResultTarget open(SinkNode node) {
        String step = plan.nameOf(node);
        ResultTarget known = targets.get(step);
        if (known == null) {
            known = node.sink() instanceof TopicSink<Object> topic ? openTopic(topic, step) : openWriter(node, step);
            targets.put(step, known);
        }
        return known;
    }

    private ResultTarget openTopic(TopicSink<Object> sink, String step) {
        Topic topic = topics.topic(sink.topic());
        return (time, key, value) -> {
            Staged record;
            try {
                byte[] bytes = sink.bytes(value);
                if (bytes == null) {
                    throw new CodecException(
                            "value: null (expected: bytes; a record of an in-process topic has a value)");
                }
                record = new Staged(topic, time, sink.key(value), bytes, sink.headers(value));
            } catch (Exception e) {
                throw new UnwritableException(step, e, value);
            }
            if (staged) {
                stagedRecords.add(record);
            } else {
                record.append();
            }
        };
    }

    private ResultTarget openWriter(SinkNode node, String step) {
        String id = step + "#" + worker;
        Refusals refusals = new Refusals(step);
        SinkContext context =
                new SinkContext(plan.name(), step, worker, workers, restored.get(id), refusals.receipts());
        List<SinkWriter<Object>> opened = new ArrayList<>();
        long giveUpAt = System.nanoTime() + OPEN_LIMIT.toNanos();
        patiently(
                step,
                () -> System.nanoTime() >= giveUpAt,
                () -> opened.add(node.sink().open(context)));
        WriterTarget target = new WriterTarget(step, opened.get(0), refusals);
        writers.put(id, target);
        return target;
    }

    /** A sink that is no topic. */
    private final class WriterTarget implements ResultTarget {
        private final String step;
        private final SinkWriter<Object> writer;
        private final Refusals refusals;

        WriterTarget(String step, SinkWriter<Object> writer, Refusals refusals) {
            this.step = step;
            this.writer = writer;
            this.refusals = refusals;
        }

        /** Takes a dead letter or a late record: there is no place for it if it is refused. */
        @Override
        public void result(long time, @Nullable Object key, Object value) {
            result(time, key, value, () -> error -> {
                throw new UnwritableException(step, error, value);
            });
        }

        @Override
        public void result(long time, @Nullable Object key, Object value, Supplier<SinkResult> kept) {
            called.lazySet(step);
            try {
                refusals.whileWriting(value, kept, () -> writer.write(time, value));
            } catch (SinkException e) {
                if (!e.isRetryable()) {
                    throw failure(step, e);
                }
                patiently(step, () -> refusals.whileWriting(value, kept, () -> writer.write(time, value)));
            } finally {
                called.lazySet(null);
            }
            refusals.apply();
        }

        void flush() {
            patiently(step, () -> refusals.whileFlushing(writer::flush));
        }
    }

    private static PipelineException failure(String step, SinkException error) {
        return new PipelineException("step \"" + step + "\": " + error.getMessage(), error);
    }

    /** Does it, and does it again while the sink says that this may help and the pipeline is not stopped. */
    private void patiently(String step, Runnable action) {
        patiently(step, () -> false, action);
    }

    /** The step whose sink is called now; null for none. */
    @Nullable
    String called() {
        return called.get();
    }

    private void patiently(String step, BooleanSupplier isEnough, Runnable action) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                called.lazySet(step);
                action.run();
                called.lazySet(null);
                waitingFor = null;
                return;
            } catch (SinkException e) {
                if (!e.isRetryable() || stopped.getAsBoolean() || isEnough.getAsBoolean()) {
                    waitingFor = null;
                    throw failure(step, e);
                }
                if (waitingFor == null) {
                    try (MDC.MDCCloseable ignored = LogFields.step(step)) {
                        LOG.warn("step {}: waits for its sink: {}", step, e.getMessage());
                    }
                }
                waitingFor = "step \"" + step + "\" waits for its sink and tries again: " + e.getMessage();
                Pauses.park(pause, stopped);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    /** Makes durable what was written, and what comes of results that are refused meanwhile. */
    void flush() {
        boolean again = true;
        while (again) {
            again = false;
            for (WriterTarget target : List.copyOf(writers.values())) {
                target.flush();
                again |= target.refusals.apply();
            }
        }
    }

    Map<String, byte[]> snapshot() {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        writers.forEach((id, target) -> {
            byte[] snapshot = target.writer.snapshot();
            if (snapshot != null) {
                bytes.put(id, snapshot);
            }
        });
        return bytes;
    }

    /** Tells the sinks that all that was flushed is committed. */
    void committed() {
        for (WriterTarget target : writers.values()) {
            patiently(target.step, () -> target.refusals.calling(target.writer::committed));
        }
    }

    /** Takes the records that wait for the commit. */
    List<Staged> takeStaged() {
        List<Staged> taken = List.copyOf(stagedRecords);
        stagedRecords.clear();
        return taken;
    }

    void complete() {
        for (WriterTarget target : writers.values()) {
            patiently(target.step, () -> target.refusals.calling(target.writer::complete));
        }
    }

    void close() {
        RuntimeException first = null;
        for (WriterTarget target : writers.values()) {
            try {
                target.refusals.calling(target.writer::close);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
