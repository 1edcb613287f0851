package io.datastream.testkit;

import io.datastream.engine.Origins;
import io.datastream.engine.Stages;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceConnector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tasks of a plan, to be driven step by step on one thread, with commits and crashes at any point between two steps.
 *
 * <p>Each task is part of a {@link Unit}. Either all units commit and crash together, and rows pass the exchanges at
 * once, as in one process; or each commits and crashes by itself, and its rows are seen when it has committed, as with
 * transactions on a shared log.
 */
final class Rig {
    /**
     * How a plan is run.
     *
     * @param partitions of sources, by name; one, or what the source says, where not given
     * @param shards tasks of a stage behind an exchange
     * @param incremental whether commits take what has changed, or all
     * @param rewindsSources whether rows that wait in tasks fed directly are read again after a crash, or saved
     * @param rewindsExchanges whether rows that wait behind an exchange are read again, or saved
     * @param together whether all units commit and crash together
     */
    record Options(
            Map<String, Integer> partitions,
            int shards,
            boolean incremental,
            boolean rewindsSources,
            boolean rewindsExchanges,
            boolean together) {}

    final Plan plan;
    final Options options;
    final Outcome committed = new Outcome();
    final List<Duration> backOffs = new ArrayList<>();
    private final Map<Stage, List<ExchangeLog>> logs = new HashMap<>();
    private final List<SourceUnit> sources = new ArrayList<>();
    private final List<KeyedUnit> keyed = new ArrayList<>();
    private long emitted;

    Rig(Plan plan, Options options) {
        this.plan = plan;
        this.options = options;
        for (Stage stage : plan.stages()) {
            if (stage.isKeyed() && !isDirect(stage)) {
                List<ExchangeLog> list = new ArrayList<>();
                for (int i = 0; i < tasks(stage); i++) {
                    list.add(new ExchangeLog());
                }
                logs.put(stage, list);
            }
        }
        for (Stage stage : plan.stages()) {
            if (!stage.isKeyed()) {
                for (int i = 0; i < tasks(stage); i++) {
                    sources.add(new SourceUnit(this, stage, i, new SourceLog()));
                }
            } else if (!isDirect(stage)) {
                for (int i = 0; i < tasks(stage); i++) {
                    keyed.add(new KeyedUnit(this, stage, i));
                }
            }
        }
    }

    List<SourceUnit> sources() {
        return sources;
    }

    List<KeyedUnit> keyed() {
        return keyed;
    }

    List<Unit> units() {
        List<Unit> all = new ArrayList<>(sources);
        all.addAll(keyed);
        return all;
    }

    /** Whether a stage is fed by the partitions of one source directly. Others go through an exchange. */
    boolean isDirect(Stage stage) {
        List<Stage> feeding = Stages.feeding(plan, stage);
        return stage.isFused() && feeding.size() == 1 && !feeding.get(0).isKeyed();
    }

    /** The number of partitions or tasks of a stage. */
    int tasks(Stage stage) {
        SourceNode source = stage.source();
        if (source == null) {
            return isDirect(stage) ? tasks(Stages.feeding(plan, stage).get(0)) : options.shards();
        }
        SourceConnector<Object> connector = source.source().connector();
        Integer given = options.partitions().get(plan.nameOf(source));
        if (given != null) {
            return given;
        }
        return connector instanceof ReadableSource<Object> readable ? readable.partitions() : 1;
    }

    int origin(Stage stage, int number) {
        return Origins.of(stage, number);
    }

    String partitionName(Stage stage, int partition) {
        SourceNode source = stage.source();
        return (source == null ? stage.toString() : plan.nameOf(source)) + "-" + partition;
    }

    ExchangeLog log(Stage stage, int number) {
        List<ExchangeLog> list = logs.get(stage);
        if (list == null) {
            throw new IllegalStateException(stage + " has no exchange");
        }
        return list.get(number);
    }

    long number() {
        return emitted++;
    }

    /** Everything that has left, committed or not, in order. */
    Outcome outcome() {
        Outcome all = new Outcome();
        all.addAll(committed);
        units().forEach(unit -> all.addAll(unit.pending));
        all.results.sort((a, b) -> Long.compare(a.number(), b.number()));
        all.lates.sort((a, b) -> Long.compare(a.number(), b.number()));
        all.deadLetters.sort((a, b) -> Long.compare(a.number(), b.number()));
        return all;
    }

    /** Reads all that is there, and lets everything happen that is due. */
    void run() {
        for (SourceUnit source : sources) {
            source.read(Integer.MAX_VALUE);
            source.settle();
            source.flush();
        }
        pump();
    }

    /** Lets everything happen that is due behind the exchanges. */
    void pump() {
        for (KeyedUnit unit : keyed) {
            unit.read(Integer.MAX_VALUE);
            unit.advance();
            unit.flush();
        }
    }

    void commitAll() {
        sources.forEach(SourceUnit::settle);
        units().forEach(Unit::commit);
        logs.values().forEach(list -> list.forEach(ExchangeLog::commit));
    }

    void crashAll() {
        logs.values().forEach(list -> list.forEach(ExchangeLog::rollBack));
        units().forEach(Unit::crash);
    }

    /** Whether all input has been taken and all that it makes due has happened and is committed. */
    boolean isDone() {
        boolean read = sources.stream().noneMatch(SourceUnit::hasMore)
                && keyed.stream().noneMatch(KeyedUnit::hasMore);
        return read
                && units().stream().allMatch(Unit::isCommitted)
                && keyed.stream().allMatch(unit -> unit.task().watermark() == Long.MAX_VALUE)
                && sources.stream()
                        .flatMap(source -> source.fused().stream())
                        .allMatch(fused -> fused.task.watermark() == Long.MAX_VALUE);
    }

    /** Groups of counts by step name, over all tasks. */
    Map<String, long[]> counts() {
        Map<String, long[]> counts = new LinkedHashMap<>();
        for (SourceUnit source : sources) {
            source.task().steps().forEach(step -> add(counts, step));
            source.fused().forEach(fused -> fused.task.steps().forEach(step -> add(counts, step)));
        }
        keyed.forEach(unit -> unit.task().steps().forEach(step -> add(counts, step)));
        return counts;
    }

    private static void add(Map<String, long[]> counts, io.datastream.engine.Step step) {
        long[] sums = counts.computeIfAbsent(step.name(), any -> new long[3]);
        sums[0] += step.skipped();
        sums[1] += step.deadLetters();
        sums[2] += step.late();
    }

    void close() {
        units().forEach(Unit::close);
    }
}
