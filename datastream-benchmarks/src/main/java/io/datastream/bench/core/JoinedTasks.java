package io.datastream.bench.core;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.Origins;
import io.datastream.engine.SourceTask;
import io.datastream.engine.TaskOutput;
import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A source task and the keyed task that it feeds, by direct calls on one thread. */
final class JoinedTasks implements TaskOutput {
    private final Plan plan;
    private final ResultTarget results;
    private @Nullable SourceTask source;
    private @Nullable KeyedTask keyed;

    private JoinedTasks(Plan plan, ResultTarget results) {
        this.plan = plan;
        this.results = results;
    }

    /** The tasks of a plan with one source partition, whose results all go to one place. */
    static JoinedTasks of(Plan plan, ResultTarget results) {
        JoinedTasks joined = new JoinedTasks(plan, results);
        joined.source = new SourceTask(plan, plan.stages().get(0), 0, "readings-0", joined);
        return joined;
    }

    SourceTask source() {
        return made(source);
    }

    KeyedTask keyed() {
        return made(keyed);
    }

    private static <T> T made(@Nullable T task) {
        if (task == null) {
            throw new IllegalStateException("no such task (expected: a plan with a source that feeds a keyed stage)");
        }
        return task;
    }

    @Override
    public ResultTarget openSink(SinkNode sink) {
        return results;
    }

    @Override
    public RowTarget openExchange(Stage target, int port) {
        int[] origins = {Origins.of(plan.stages().get(0), 0)};
        KeyedTask made = new KeyedTask(plan, target, 0, origins, this, false);
        keyed = made;
        return (origin, at, time, behind, key, value) -> made.row(port, origin, at, time, behind, key, value);
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        throw new IllegalStateException(letter.toString());
    }

    @Override
    public void late(Late<?> late) {
        throw new IllegalStateException(late.toString());
    }

    @Override
    public void backOff(Duration pause) {}
}
