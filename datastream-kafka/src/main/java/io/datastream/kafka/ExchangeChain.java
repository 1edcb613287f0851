package io.datastream.kafka;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.engine.KeyedTask;
import io.datastream.engine.Origins;
import io.datastream.engine.Step;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.runtime.TaskMeters;
import io.datastream.time.EventTime;
import io.datastream.topic.RecordHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a keyed stage makes of one partition of its exchange. Rows and marks of all the tasks before it come by that one
 * log, so what it does is the same whenever it is read again.
 *
 * <p>The watermark of the stage is the least of those that its origins let it have, see {@link OriginMarks}.
 */
final class ExchangeChain extends Chain {
    private final Plan plan;
    private final Topology topology;
    private final Stage stage;
    private final String partition;
    private final int number;
    private final Codec<Object> keyCodec;
    private final List<String> portNames = new ArrayList<>();
    private final List<Codec<Object>> valueCodecs = new ArrayList<>();
    private final KeyedTask task;
    private final Map<String, Integer> originNumbers = new HashMap<>();
    private final OriginMarks marks;
    private final TaskMeters meters;
    private boolean marksChanged;
    private boolean replaying;

    ExchangeChain(WorkerHost host, Stage stage, PartitionTask owner, WorkerSinks sinks) {
        super(RecordTraces.of(host, stage, owner.partition));
        this.plan = host.plan();
        this.topology = host.topology();
        this.stage = stage;
        this.partition = owner.partition.toString();
        this.keyCodec = ExchangeWriter.keyCodec(stage);
        stage.ports().forEach(port -> {
            portNames.add(plan.nameOf(port));
            valueCodecs.add(ExchangeWriter.valueCodec(port));
        });
        int[] origins = topology.origins(stage);
        Arrays.sort(origins);
        this.marks = new OriginMarks(origins, mark -> originOf(mark.stage(), mark.partition()));
        this.number = owner.partition.partition();
        this.task =
                new KeyedTask(plan, stage, number, origins, new Outputs(host, owner, this, sinks, stage, number), true);
        keyed.add(task);
        this.meters = new TaskMeters(
                host.settings().meters, plan.name(), topology.nameOf(stage), partition, host.settings().clock);
    }

    /** Takes the marks of the last commit back, after all other state. */
    void restore(byte @Nullable [] stored) {
        long watermark = stored == null ? EventTime.MIN : marks.restore(stored);
        long[] known = new long[marks.count()];
        for (int i = 0; i < known.length; i++) {
            known[i] = Math.max(watermark, marks.own(i));
        }
        task.restored(watermark, known);
        marksChanged = false;
        tellExchanges(false);
    }

    /** The marks to store, if they have changed since the last call. */
    byte @Nullable [] changedMarks() {
        if (!marksChanged) {
            return null;
        }
        marksChanged = false;
        return marks.encode(task.watermark());
    }

    @Override
    void process(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (PackReader.kind(record.value()) == PackWriter.MARKS) {
                if (!replaying) { // else they are among those that were restored
                    marks.take(Mark.decode(record.value()), record.offset());
                    marksChanged = true;
                    advance(); // at each of them, so that it does not matter how many are read at once
                }
            } else {
                rows(
                        new PackReader(record.value()),
                        record.offset(),
                        traces == null ? Map.of() : traces.ofPack(record.headers()));
            }
        } catch (CodecException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalStateException(
                    "exchange " + partition + "@" + record.offset() + ": " + e.getMessage()
                            + " (expected: rows of this pipeline; nobody else may write here)",
                    e);
        }
    }

    private void rows(PackReader pack, long position, Map<Integer, List<RecordHeader>> tracedRows) {
        int origin = originOf(pack.stage, pack.partition);
        if (origin < 0) {
            throw new IllegalStateException("exchange " + partition + "@" + position + ": rows of \"" + pack.stage
                    + "\"-"
                    + pack.partition + ", which the pipeline does not have any more (expected: that an edited pipeline"
                    + " is drained before it is started anew, or has another name)");
        }
        int[] ports = new int[pack.ports.size()];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = portNames.indexOf(pack.ports.get(i));
        }
        task.readAt(position);
        for (int row = 0; pack.next(); row++) {
            int port = ports[pack.port];
            if (port < 0) {
                throw new IllegalStateException("exchange " + partition + "@" + position + ": rows after step \""
                        + pack.ports.get(pack.port) + "\", which the pipeline does not have any more (expected: that an"
                        + " edited pipeline is drained before it is started anew, or has another name)");
            }
            Object key = pack.key(keyCodec);
            Object value = pack.value(valueCodecs.get(port));
            List<RecordHeader> traced = tracedRows.isEmpty() ? null : tracedRows.get(row);
            if (traces == null || traced == null) {
                task.row(port, origin, pack.offset, pack.time, pack.behind, key, value);
            } else {
                traces.scope.read(
                        traced,
                        position,
                        replaying,
                        () -> task.row(port, origin, pack.offset, pack.time, pack.behind, key, value));
            }
        }
    }

    private int originOf(String name, int number) {
        return originNumbers.computeIfAbsent(name + '-' + number, any -> topology.origin(stage, name, number));
    }

    @Override
    void advance() {
        for (int i = 0; i < marks.count(); i++) {
            task.watermark(marks.origin(i), marks.watermark(i), marks.isIdle(i));
        }
        task.advance();
        tellExchanges(false);
    }

    private void tellExchanges(boolean proved) {
        boolean idle = isIdle();
        for (ExchangeWriter exchange : exchanges) {
            exchange.mark(task.outputWatermark(exchange.target), idle, idle && proved);
        }
    }

    /** Whether neither its origins nor its own state have anything to give. */
    boolean isIdle() {
        return marks.areIdle() && !task.isWaitingForTime();
    }

    /** Whether all that was written before this offset has been given on, and all origins were found idle since. */
    boolean isProvedIdleSince(long offset) {
        return isIdle() && marks.areProvedSince(offset);
    }

    /** Tells the exchanges after it that it was found idle again. */
    void proveIdle() {
        tellExchanges(true);
    }

    boolean isEnded() {
        return task.watermark() == EventTime.MAX;
    }

    @Override
    long watermark() {
        return task.watermark();
    }

    @Override
    void replaying(boolean isReplaying) {
        replaying = isReplaying;
        task.replaying(isReplaying);
    }

    @Override
    int origin() {
        return Origins.of(stage, number);
    }

    @Override
    String evidence() {
        int slowest = slowest();
        return marks.areIdle()
                ? "all that feed it are idle: its watermark is that of the furthest"
                : "waits for " + Origins.describe(plan, marks.origin(slowest)) + " at "
                        + EventTime.describe(marks.watermark(slowest))
                        + (marks.isIdle(slowest) ? ", which was idle when it was last asked" : "");
    }

    @Override
    int heldBackBy() {
        return marks.areIdle() || isEnded() ? -1 : marks.origin(slowest());
    }

    private int slowest() {
        int slowest = -1;
        for (int i = 0; i < marks.count(); i++) {
            if (slowest < 0 || marks.watermark(i) < marks.watermark(slowest)) {
                slowest = i;
            }
        }
        return slowest;
    }

    @Override
    List<Step> count() {
        meters.update(task.recordsIn(), task.recordsOut(), watermark(), task.steps());
        return task.steps();
    }

    @Override
    void close() {
        task.close();
    }
}
