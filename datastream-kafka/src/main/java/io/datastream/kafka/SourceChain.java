package io.datastream.kafka;

import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.engine.KeyedTask;
import io.datastream.engine.SourceTask;
import io.datastream.engine.Step;
import io.datastream.error.Original;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Stage;
import io.datastream.runtime.TaskMeters;
import io.datastream.source.TopicSource;
import io.datastream.time.EventTime;
import io.datastream.topic.RecordHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What one source makes of one partition of its topic, and the keyed tasks that it feeds by direct calls. */
final class SourceChain extends Chain {
    /** After how long without a record the watermark may move on by itself; null for never. */
    final @Nullable Duration idleAfter;

    private final SourceTask source;
    private final Decoder<?> decoder;
    private final boolean skipsTombstones;
    private final TaskMeters meters;
    private @Nullable ConsumerRecord<byte[], byte[]> current;
    private boolean replaying;

    /** Where idleness has moved the watermark. */
    private long idleWatermark = EventTime.MIN;

    private long idleSince;
    private long idleFrom;

    SourceChain(WorkerHost host, Stage stage, PartitionTask owner, WorkerSinks sinks) {
        super(RecordTraces.of(host, stage, owner.partition));
        SourceNode node = Objects.requireNonNull(stage.source());
        TopicSource<?> topic = (TopicSource<?>) node.source().connector();
        this.decoder = topic.decoder();
        this.skipsTombstones = topic instanceof KafkaSource<?> kafka && kafka.skipsTombstones();
        this.idleAfter = node.source().idleAfter();
        int number = owner.partition.partition();
        String name = owner.partition.toString();
        KafkaSettings settings = host.settings();
        this.meters =
                new TaskMeters(settings.meters, host.plan().name(), host.plan().nameOf(node), name, settings.clock);
        this.source =
                new SourceTask(host.plan(), stage, number, name, new Outputs(host, owner, this, sinks, stage, number));
    }

    /** Goes on from a commit. */
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

    @Override
    void replaying(boolean isReplaying) {
        replaying = isReplaying;
        source.replaying(isReplaying);
        keyed.forEach(task -> task.replaying(isReplaying));
    }

    @Override
    void process(ConsumerRecord<byte[], byte[]> record) {
        List<RecordHeader> traced = traces == null ? null : traces.find(record.headers());
        if (traces == null || traced == null) {
            take(record);
        } else {
            traces.scope.read(traced, record.offset(), replaying, () -> take(record));
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        current = record;
        long logTime = logTime(record);
        byte[] raw = record.value();
        if (raw == null && skipsTombstones) {
            source.skip();
            return;
        }
        Object value;
        try {
            if (raw == null) {
                throw new CodecException("value: null (expected: a value; a tombstone has none, see withTombstones)");
            }
            value = decoder.decode(raw);
        } catch (CodecException e) {
            source.malformed(record.offset(), logTime, e, raw);
            return;
        }
        source.record(record.offset(), logTime, value, raw);
    }

    private static long logTime(ConsumerRecord<byte[], byte[]> record) {
        return EventTime.ofMillis(Math.max(0, record.timestamp()));
    }

    @Override
    @Nullable
    Original original() {
        ConsumerRecord<byte[], byte[]> record = current;
        if (record == null) {
            return null;
        }
        List<RecordHeader> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new RecordHeader(header.key(), header.value())));
        return new Original(logTime(record), record.key(), record.value(), headers);
    }

    @Override
    long watermark() {
        return Math.max(source.watermark(), idleWatermark);
    }

    @Override
    void advance() {
        long watermark = watermark();
        for (KeyedTask task : keyed) {
            task.watermark(source.origin(), watermark, watermark > source.watermark());
            task.advance();
        }
        tellExchanges(false);
    }

    private void tellExchanges(boolean proved) {
        for (ExchangeWriter exchange : exchanges) {
            KeyedTask feeding = feeding(exchange.target);
            boolean idle = isIdle() && (feeding == null || !feeding.isWaitingForTime());
            long watermark = feeding == null ? watermark() : feeding.outputWatermark(exchange.target);
            exchange.mark(watermark, idle, idle && proved);
        }
    }

    /** The keyed task that feeds an exchange, which may hold results back; null if the source feeds it itself. */
    private @Nullable KeyedTask feeding(Stage target) {
        for (KeyedTask task : keyed) {
            if (task.stage().targets().contains(target)) {
                return task;
            }
        }
        return null;
    }

    /** The partition has been read to its end in bounded mode. */
    void end() {
        source.end();
        advance();
    }

    /** There are records again, or something else that ends an idle time. */
    void notIdle() {
        if (idleSince != 0) {
            idleSince = 0;
            advance();
        }
    }

    /**
     * The partition was found idle, by an answer that was asked for at this time. Moves the watermark on at the pace of the
     * clock, from where it stood when the partition became idle.
     */
    void idleAt(long nanoTime) {
        if (idleSince == 0) {
            idleSince = nanoTime;
            idleFrom = watermark();
        } else if (idleFrom != EventTime.MIN && idleFrom != EventTime.MAX) {
            idleWatermark = Math.max(idleWatermark, EventTime.plus(idleFrom, nanoTime - idleSince));
        }
        advance();
        tellExchanges(true);
    }

    private boolean isIdle() {
        return idleSince != 0;
    }

    @Override
    int origin() {
        return source.origin();
    }

    @Override
    String evidence() {
        if (isIdle()) {
            return idleFrom == EventTime.MIN
                    ? "idle: without a record it has no watermark, and holds nothing back"
                    : "idle: its watermark moves with the clock";
        }
        return idleAfter == null
                ? "only a further record moves its watermark (no idleAfter)"
                : "idle when nothing comes for " + idleAfter;
    }

    @Override
    int heldBackBy() {
        return isIdle() || watermark() == EventTime.MAX ? -1 : origin();
    }

    @Override
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

    @Override
    void close() {
        source.close();
        keyed.forEach(KeyedTask::close);
    }
}
