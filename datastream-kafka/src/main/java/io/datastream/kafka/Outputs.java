package io.datastream.kafka;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.Origins;
import io.datastream.engine.SinkResult;
import io.datastream.engine.TaskOutput;
import io.datastream.engine.TraceScope;
import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.error.Original;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.time.EventTime;
import io.datastream.topic.RecordHeader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the results and rows of one task go. */
final class Outputs implements TaskOutput {
    private final WorkerHost host;
    private final Plan plan;
    private final PartitionTask owner;
    private final Chain chain;
    private final WorkerSinks sinks;
    private final Stage stage;
    private final int number;
    private final Map<Stage, KeyedTask> direct = new HashMap<>();
    private final Map<Stage, ExchangeWriter> exchanges = new HashMap<>();

    Outputs(WorkerHost host, PartitionTask owner, Chain chain, WorkerSinks sinks, Stage stage, int number) {
        this.host = host;
        this.plan = host.plan();
        this.owner = owner;
        this.chain = chain;
        this.sinks = sinks;
        this.stage = stage;
        this.number = number;
    }

    @Override
    public ResultTarget openSink(SinkNode sink) {
        return new ResultTarget() {
            @Override
            public void result(long time, @Nullable Object key, Object value) {
                sinks.lastResult(sink, owner, time, value);
            }

            @Override
            public void result(long time, @Nullable Object key, Object value, Supplier<SinkResult> kept) {
                TraceScope traces = traces();
                List<RecordHeader> traced = traces == null ? List.of() : traces.headers();
                sinks.result(sink, owner, time, value, traced, kept);
            }
        };
    }

    @Override
    public RowTarget openExchange(Stage target, int port) {
        if (!host.topology().isDirect(target)) {
            return exchange(target).port(port);
        }
        KeyedTask task = direct.get(target);
        if (task == null) {
            int[] origins = {Origins.of(stage, number)};
            task = new KeyedTask(
                    plan, target, number, origins, new Outputs(host, owner, chain, sinks, target, number), true);
            direct.put(target, task);
            chain.keyed.add(task);
        }
        return rows(task, port);
    }

    private static RowTarget rows(KeyedTask task, int port) {
        return (origin, offset, time, behind, key, value) -> {
            task.readAt(offset);
            task.row(port, origin, offset, time, behind, key, value);
        };
    }

    private ExchangeWriter exchange(Stage target) {
        ExchangeWriter known = exchanges.get(target);
        if (known == null) {
            known = new ExchangeWriter(host, owner, stage, number, target, traces());
            exchanges.put(target, known);
            chain.exchanges.add(known);
        }
        return known;
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        SinkNode node = Objects.requireNonNull(plan.deadLetters());
        sinks.lastResult(node, owner, letter.timeNanos(), letter);
    }

    @Override
    public void late(Late<?> late) {
        SinkNode node = plan.late();
        if (node != null) {
            sinks.lastResult(node, owner, late.timeNanos(), late);
        } else {
            host.lateWithoutPlace(late);
        }
    }

    @Override
    public @Nullable Original original() {
        return chain.original();
    }

    @Override
    public @Nullable TraceScope traces() {
        return chain.traces == null ? null : chain.traces.scope;
    }

    @Override
    public long clockNanos() {
        return EventTime.nanos(host.settings().clock.instant());
    }

    @Override
    public void backOff(Duration pause) {
        sinks.backOff(pause, host::isStopped);
    }
}
