package io.datastream.kafka;

import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.engine.KeyedTask;
import io.datastream.engine.Origins;
import io.datastream.engine.SourceTask;
import io.datastream.engine.Step;
import io.datastream.engine.TaskOutput;
import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.runtime.TaskMeters;
import io.datastream.source.TopicSource;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What one source makes of one partition: its task, and the keyed tasks that are fed by direct calls. */
final class Chain {
    final SourceTask source;
    final List<KeyedTask> keyed = new ArrayList<>();

    /** After how long without a record the watermark may move on by itself; null for never. */
    final @Nullable Duration idleAfter;

    private final KafkaController controller;
    private final Plan plan;
    private final PartitionTask owner;
    private final WorkerSinks sinks;
    private final Decoder<?> decoder;
    private final TaskMeters meters;

    /** Where idleness has moved the watermark. */
    private long idleWatermark = EventTime.MIN;

    private long idleSince;
    private long idleFrom;

    Chain(KafkaController controller, Stage stage, PartitionTask owner, WorkerSinks sinks) {
        this.controller = controller;
        this.plan = controller.plan();
        this.owner = owner;
        this.sinks = sinks;
        SourceNode node = Objects.requireNonNull(stage.source());
        this.decoder = ((TopicSource<?>) node.source().connector()).decoder();
        this.idleAfter = node.source().idleAfter();
        int number = owner.partition.partition();
        String name = owner.partition.toString();
        KafkaSettings settings = controller.settings();
        this.meters = new TaskMeters(settings.meters, plan.name(), plan.nameOf(node), name, settings.clock);
        this.source = new SourceTask(plan, stage, number, name, new Output(number));
    }

    void restore(OffsetMeta.Progress progress, boolean ended) {
        source.restore(progress.highestTime());
        idleWatermark = progress.idleWatermark();
        if (ended) {
            source.end();
        }
        for (KeyedTask task : keyed) {
            task.restored(watermark(), null);
        }
    }

    OffsetMeta.Progress progress() {
        return new OffsetMeta.Progress(source.highestTime(), idleWatermark);
    }

    void replaying(boolean replaying) {
        source.replaying(replaying);
        keyed.forEach(task -> task.replaying(replaying));
    }

    void process(ConsumerRecord<byte[], byte[]> record) {
        long logTime = EventTime.ofMillis(Math.max(0, record.timestamp()));
        byte[] raw = record.value();
        Object value;
        try {
            if (raw == null) {
                throw new CodecException("value: null (expected: a value; a tombstone has none)");
            }
            value = decoder.decode(raw);
        } catch (CodecException e) {
            source.malformed(record.offset(), logTime, e, raw);
            return;
        }
        source.record(record.offset(), logTime, value, raw);
    }

    long watermark() {
        return Math.max(source.watermark(), idleWatermark);
    }

    /** Lets all happen that is due. */
    void advance() {
        long watermark = watermark();
        for (KeyedTask task : keyed) {
            task.watermark(source.origin(), watermark);
            task.advance();
        }
    }

    /** There are records again, or something else that ends an idle time. */
    void notIdle() {
        idleSince = 0;
    }

    /** Moves the watermark on at the pace of the clock, from where it stood when the partition became idle. */
    void idleAt(long nanoTime) {
        if (idleSince == 0) {
            idleSince = nanoTime;
            idleFrom = watermark();
        } else if (idleFrom != EventTime.MIN && idleFrom != EventTime.MAX) {
            idleWatermark = Math.max(idleWatermark, EventTime.plus(idleFrom, nanoTime - idleSince));
            advance();
        }
    }

    boolean isIdle() {
        return idleSince != 0;
    }

    long oldestWaiting() {
        long oldest = Long.MAX_VALUE;
        for (KeyedTask task : keyed) {
            oldest = Math.min(oldest, task.oldestWaiting(source.origin()));
        }
        return oldest;
    }

    /** Brings the meters up to date and returns the steps with their counts. */
    List<Step> count() {
        long out = source.recordsOut();
        List<Step> steps = new ArrayList<>(source.steps());
        for (KeyedTask task : keyed) {
            out += task.recordsOut();
            steps.addAll(task.steps());
        }
        meters.update(source.recordsIn(), out, watermark(), steps);
        return steps;
    }

    void close() {
        source.close();
        keyed.forEach(KeyedTask::close);
    }

    /** What the tasks give out. */
    private final class Output implements TaskOutput {
        private final Map<Stage, KeyedTask> byStage = new HashMap<>();
        private final int number;

        Output(int number) {
            this.number = number;
        }

        @Override
        public ResultTarget openSink(SinkNode sink) {
            return (time, key, value) -> sinks.result(sink, owner, time, value, this::deadLetter);
        }

        @Override
        public RowTarget openExchange(Stage target, int port) {
            KeyedTask child = byStage.get(target);
            if (child == null) {
                int[] origins = {Origins.of(controller.feeding(target), number)};
                child = new KeyedTask(plan, target, number, origins, this, true);
                byStage.put(target, child);
                keyed.add(child);
            }
            return rows(child, port);
        }

        private RowTarget rows(KeyedTask task, int port) {
            return (origin, offset, time, behind, key, value) ->
                    task.row(port, origin, offset, time, behind, key, value);
        }

        @Override
        public void deadLetter(DeadLetter letter) {
            SinkNode node = Objects.requireNonNull(plan.deadLetters());
            sinks.result(node, owner, letter.timeNanos(), letter, any -> {
                throw new IllegalStateException("a dead letter cannot be written: " + letter);
            });
        }

        @Override
        public void late(Late<?> late) {
            SinkNode node = plan.late();
            if (node != null) {
                sinks.result(node, owner, late.timeNanos(), late, this::deadLetter);
            } else {
                controller.lateWithoutPlace(late);
            }
        }

        @Override
        public void backOff(Duration pause) {
            long end = System.nanoTime() + pause.toNanos();
            while (System.nanoTime() < end && !controller.isStopped()) {
                Pause.millis(Math.min(10, Math.max(1, pause.toMillis())));
            }
        }
    }
}
