package io.datastream.testkit;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.Stages;
import io.datastream.plan.Stage;
import java.util.Map;

/** A keyed task behind an exchange. */
final class KeyedUnit extends Unit {
    final Stage stage;
    final int number;
    private final ExchangeLog log;
    private final StoredTask stored;
    private KeyedTask task;
    private Output output;
    private int position;
    private int savedPosition;
    private int savedRewind;

    KeyedUnit(Rig rig, Stage stage, int number) {
        super(rig);
        this.stage = stage;
        this.number = number;
        this.log = rig.log(stage, number);
        this.stored = new StoredTask(rig.options.incremental(), rig.options.rewindsExchanges());
        this.output = new Output(rig.origin(stage, number), Map.of());
        this.task = make();
    }

    private KeyedTask make() {
        return new KeyedTask(
                rig.plan,
                stage,
                number,
                Stages.origins(rig.plan, stage, rig::tasks),
                output,
                rig.options.incremental());
    }

    /** Takes up to this many frames, without letting anything happen. */
    int read(int frames) {
        int read = 0;
        while (read < frames && position < log.size()) {
            feed(position++);
            read++;
        }
        return read;
    }

    private void feed(int at) {
        Frame frame = log.get(at);
        task.readAt(at);
        for (Row row : frame.rows()) {
            task.row(row.port(), row.origin(), row.offset(), row.time(), row.behind(), row.key(), row.value());
        }
        if (!replaying) {
            task.watermark(frame.origin(), frame.watermark());
        }
    }

    void advance() {
        task.advance();
    }

    boolean hasMore() {
        return position < log.size();
    }

    KeyedTask task() {
        return task;
    }

    StoredTask stored() {
        return stored;
    }

    @Override
    void flush() {
        output.flush(task::outputWatermark);
    }

    @Override
    void save() {
        stored.save(task);
        savedPosition = position;
        savedRewind = rig.options.rewindsExchanges() ? (int) Math.min(position, task.oldestPosition()) : position;
    }

    @Override
    void restore() {
        output = new Output(rig.origin(stage, number), Map.of());
        task = make();
        stored.restore(task);
        position = savedPosition;
        replaying = true;
        task.replaying(true);
        for (int at = savedRewind; at < position; at++) {
            feed(at);
        }
        task.replaying(false);
        replaying = false;
    }

    @Override
    void close() {
        task.close();
    }
}
