package io.datastream.testkit;

import io.datastream.codec.CodecException;
import io.datastream.engine.KeyedTask;
import io.datastream.engine.SourceTask;
import io.datastream.engine.TaskOutput.RowTarget;
import io.datastream.plan.Stage;
import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A partition of a source, with the keyed tasks that it feeds without an exchange. */
final class SourceUnit extends Unit {
    /** A keyed task that is fed directly. */
    static final class Fused {
        final Stage stage;
        final StoredTask stored;
        final KeyedTask task;
        private final Output output;

        private Fused(Stage stage, StoredTask stored, KeyedTask task, Output output) {
            this.stage = stage;
            this.stored = stored;
            this.task = task;
            this.output = output;
        }
    }

    final Stage stage;
    final int partition;
    final SourceLog log;
    private final Map<Stage, StoredTask> stored = new HashMap<>();
    private List<Fused> fused = List.of();
    private Output output;
    private SourceTask task;
    private int position;
    private long floor = EventTime.MIN;
    private int savedPosition;
    private long savedHighest = EventTime.MIN;
    private long savedFloor = EventTime.MIN;
    private int savedRewind;

    SourceUnit(Rig rig, Stage stage, int partition, SourceLog log) {
        super(rig);
        this.stage = stage;
        this.partition = partition;
        this.log = log;
        this.output = makeFused();
        this.task = makeTask();
    }

    /** Makes the tasks that are fed directly; the result is the output that feeds them. */
    private Output makeFused() {
        int origin = rig.origin(stage, partition);
        List<Fused> made = new ArrayList<>();
        Map<Stage, RowTarget[]> direct = new HashMap<>();
        for (Stage target : stage.targets()) {
            if (rig.isDirect(target)) {
                Output out = new Output(rig.origin(target, partition), Map.of());
                KeyedTask keyed =
                        new KeyedTask(rig.plan, target, partition, new int[] {origin}, out, rig.options.incremental());
                StoredTask store = stored.computeIfAbsent(
                        target, any -> new StoredTask(rig.options.incremental(), rig.options.rewindsSources()));
                made.add(new Fused(target, store, keyed, out));
                RowTarget[] targets = new RowTarget[target.ports().size()];
                for (int i = 0; i < targets.length; i++) {
                    int port = i;
                    targets[i] = (from, offset, time, behind, key, value) ->
                            keyed.row(port, from, offset, time, behind, key, value);
                }
                direct.put(target, targets);
            }
        }
        fused = List.copyOf(made);
        return new Output(origin, direct);
    }

    private SourceTask makeTask() {
        return new SourceTask(rig.plan, stage, partition, rig.partitionName(stage, partition), output);
    }

    /** Takes up to this many records; what they make due in directly fed tasks waits for {@link #settle}. */
    int read(int records) {
        int read = 0;
        while (read < records && position < log.entries.size()) {
            feed(position++);
            read++;
        }
        floor = Math.max(floor, log.floor);
        if (log.ended && position == log.entries.size()) {
            task.end();
        }
        return read;
    }

    private void feed(int at) {
        SourceLog.Entry entry = log.entries.get(at);
        CodecException error = entry.error();
        if (error != null) {
            task.malformed(at, entry.logTime(), error, entry.original());
        } else {
            task.record(at, entry.logTime(), Objects.requireNonNull(entry.value()), entry.original());
        }
    }

    /** Lets everything happen in the directly fed tasks that is due. */
    void settle() {
        for (Fused keyed : fused) {
            keyed.task.watermark(task.origin(), watermark());
            keyed.task.advance();
        }
    }

    long watermark() {
        return Math.max(task.watermark(), floor);
    }

    boolean hasMore() {
        return position < log.entries.size() || log.ended != task.isEnded();
    }

    int position() {
        return position;
    }

    SourceTask task() {
        return task;
    }

    List<Fused> fused() {
        return fused;
    }

    @Override
    void flush() {
        output.flush(target -> watermark());
        for (Fused keyed : fused) {
            keyed.output.flush(keyed.task::outputWatermark);
        }
    }

    @Override
    void save() {
        savedPosition = position;
        savedHighest = task.highestTime();
        savedFloor = floor;
        long oldest = position;
        for (Fused keyed : fused) {
            keyed.stored.save(keyed.task);
            oldest = Math.min(oldest, keyed.task.oldestWaiting(task.origin()));
        }
        savedRewind = rig.options.rewindsSources() ? (int) oldest : position;
    }

    @Override
    void restore() {
        output = makeFused();
        task = makeTask();
        task.restore(savedHighest);
        floor = savedFloor;
        position = savedPosition;
        fused.forEach(keyed -> keyed.stored.restore(keyed.task));
        replaying(true);
        for (int at = savedRewind; at < position; at++) {
            feed(at);
        }
        replaying(false);
    }

    private void replaying(boolean again) {
        replaying = again;
        task.replaying(again);
        fused.forEach(keyed -> keyed.task.replaying(again));
    }

    @Override
    void close() {
        task.close();
        fused.forEach(keyed -> keyed.task.close());
    }
}
