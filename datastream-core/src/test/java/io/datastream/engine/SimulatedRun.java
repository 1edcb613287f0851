package io.datastream.engine;

import io.datastream.engine.SimulationTest.Reading;
import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.time.EventTime;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One random schedule of a pipeline with a source stage and keyed stages behind exchanges. Exchanges are logs of frames,
 * one for each pair of tasks; what a task gives out enters its logs, and the results, at its next commit only.
 */
final class SimulatedRun {
    private final Plan plan;
    private final SplittableRandom random;
    private final List<List<Reading>> logs;
    private final int shards;
    private final Map<String, List<String>> results = new TreeMap<>();

    /** In the order of the stages, so that a seed gives the same schedule again. */
    private final Map<Stage, List<Unit>> units = new LinkedHashMap<>();

    private int crashes;

    /** Rows, then the watermark of the origin after them. */
    private record Frame(List<Object[]> rows, long watermark) {}

    SimulatedRun(Plan plan, List<List<Reading>> logs, int shards, SplittableRandom random) {
        this.plan = plan;
        this.logs = logs;
        this.shards = shards;
        this.random = random;
        for (Stage stage : plan.stages()) {
            List<Unit> list = new ArrayList<>();
            for (int i = 0; i < tasks(stage); i++) {
                list.add(stage.isKeyed() ? new Keyed(stage, i) : new Source(stage, i));
            }
            units.put(stage, list);
        }
        List<Unit> all = units.values().stream().flatMap(List::stream).toList();
        while (!all.stream().allMatch(Unit::isFinished)) {
            Unit unit = all.get(random.nextInt(all.size()));
            int dice = random.nextInt(20);
            if (dice < 14) {
                unit.work();
            } else if (dice < 18) {
                unit.commit();
            } else {
                unit.crash();
                crashes++;
            }
        }
    }

    Map<String, List<String>> results() {
        return results;
    }

    int crashes() {
        return crashes;
    }

    private int tasks(Stage stage) {
        return stage.isKeyed() ? shards : logs.size();
    }

    /** A task with what it gave out since its last commit, and the logs it writes. */
    private abstract class Unit implements TaskOutput {
        final Stage stage;
        final int number;

        /** Committed frames by target stage and task. */
        final Map<Stage, List<List<Frame>>> frames = new java.util.HashMap<>();

        final Map<Stage, List<List<Frame>>> openFrames = new java.util.HashMap<>();
        final Map<Stage, List<List<Object[]>>> openRows = new java.util.HashMap<>();
        final List<String[]> openResults = new ArrayList<>();
        boolean ended;

        Unit(Stage stage, int number) {
            this.stage = stage;
            this.number = number;
            for (Stage target : stage.targets()) {
                frames.put(target, lists());
                openFrames.put(target, lists());
                openRows.put(target, lists());
            }
        }

        private <T> List<List<T>> lists() {
            List<List<T>> lists = new ArrayList<>();
            for (int i = 0; i < shards; i++) {
                lists.add(new ArrayList<>());
            }
            return lists;
        }

        abstract void work();

        abstract void save();

        abstract void restore();

        abstract long outputWatermark(Stage target);

        abstract boolean isDone();

        final boolean isFinished() {
            return ended;
        }

        /** Closes frames: after them the watermark as it stands. */
        final void flush() {
            for (Stage target : stage.targets()) {
                for (int i = 0; i < shards; i++) {
                    List<Object[]> rows = openRows.get(target).get(i);
                    openFrames.get(target).get(i).add(new Frame(List.copyOf(rows), outputWatermark(target)));
                    rows.clear();
                }
            }
        }

        final void commit() {
            flush();
            save();
            for (Stage target : stage.targets()) {
                for (int i = 0; i < shards; i++) {
                    frames.get(target).get(i).addAll(openFrames.get(target).get(i));
                    openFrames.get(target).get(i).clear();
                }
            }
            openResults.forEach(result ->
                    results.computeIfAbsent(result[0], any -> new ArrayList<>()).add(result[1]));
            openResults.clear();
            ended = isDone();
        }

        final void crash() {
            openResults.clear();
            for (Stage target : stage.targets()) {
                for (int i = 0; i < shards; i++) {
                    openFrames.get(target).get(i).clear();
                    openRows.get(target).get(i).clear();
                }
            }
            restore();
        }

        @Override
        public ResultTarget openSink(SinkNode sink) {
            return (time, key, value) -> openResults.add(new String[] {
                sink.sink().name() + " " + key,
                value instanceof Windowed<?, ?> w
                        ? SimulationModel.line(
                                w.window().startNanos(),
                                w.window().endNanos() - w.window().startNanos(),
                                (Double) w.value())
                        : value.toString()
            });
        }

        @Override
        public RowTarget openExchange(Stage target, int port) {
            return (origin, offset, time, behind, key, value) -> openRows.get(target)
                    .get(StableHash.shard(key, null, shards))
                    .add(new Object[] {port, origin, offset, time, behind, key, value});
        }

        @Override
        public void deadLetter(DeadLetter letter) {
            throw new AssertionError(letter);
        }

        @Override
        public void late(Late<?> late) {}

        @Override
        public void backOff(Duration pause) {}
    }

    private final class Source extends Unit {
        private SourceTask task;
        private int position;
        private int savedPosition;
        private long savedHighest = EventTime.MIN;

        Source(Stage stage, int number) {
            super(stage, number);
            task = new SourceTask(plan, stage, number, "log-" + number, this);
        }

        @Override
        void work() {
            List<Reading> log = logs.get(number);
            for (int i = 1 + random.nextInt(8); i > 0 && position < log.size(); i--) {
                task.record(position, 0, log.get(position++), null);
            }
            if (position == log.size()) {
                task.end();
            }
            if (random.nextBoolean()) {
                flush();
            }
        }

        @Override
        void save() {
            savedPosition = position;
            savedHighest = task.highestTime();
        }

        @Override
        void restore() {
            task = new SourceTask(plan, stage, number, "log-" + number, this);
            task.restore(savedHighest);
            position = savedPosition;
        }

        @Override
        long outputWatermark(Stage target) {
            return task.watermark();
        }

        @Override
        boolean isDone() {
            return task.isEnded();
        }
    }

    private final class Keyed extends Unit {
        private final int[] origins;
        private KeyedTask task;
        private int[] taken;
        private int[] savedTaken;
        private long savedWatermark = EventTime.MIN;
        private long @Nullable [] savedMarks;

        /** The whole state as of the last commit, or what the changes of all commits add up to. */
        private final Map<String, Object[]> stored = new TreeMap<>();

        private final boolean byChanges = random.nextBoolean();
        private List<Object[]> savedWaiting = List.of();

        Keyed(Stage stage, int number) {
            super(stage, number);
            origins = Stages.origins(plan, stage, SimulatedRun.this::tasks);
            taken = new int[origins.length];
            savedTaken = new int[origins.length];
            task = make();
        }

        private KeyedTask make() {
            return new KeyedTask(plan, stage, number, origins, this, byChanges);
        }

        private List<Frame> log(int origin) {
            Unit from = units.get(plan.stages().get(Origins.stage(origins[origin])))
                    .get(Origins.partition(origins[origin]));
            return from.frames.get(stage).get(number);
        }

        @Override
        void work() {
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                int origin = random.nextInt(origins.length);
                List<Frame> log = log(origin);
                if (taken[origin] < log.size()) {
                    Frame frame = log.get(taken[origin]++);
                    for (Object[] row : frame.rows()) {
                        task.row(
                                (int) row[0],
                                (int) row[1],
                                (long) row[2],
                                (long) row[3],
                                (long) row[4],
                                row[5],
                                row[6]);
                    }
                    task.watermark(origins[origin], frame.watermark());
                }
                if (random.nextBoolean()) {
                    task.advance();
                }
            }
            task.advance();
            if (random.nextBoolean()) {
                flush();
            }
        }

        @Override
        void save() {
            savedTaken = taken.clone();
            savedWatermark = task.watermark();
            savedMarks = new long[origins.length];
            for (int i = 0; i < origins.length; i++) {
                savedMarks[i] = task.watermark(origins[i]);
            }
            if (!byChanges) {
                stored.clear();
            }
            StateOutput into = (step, key, part, value) -> {
                String id = step + " " + java.util.Arrays.toString(key) + " " + part;
                if (value == null) {
                    stored.remove(id);
                } else {
                    stored.put(id, new Object[] {step, key, part, value});
                }
            };
            if (byChanges) {
                task.changes(into);
            } else {
                task.entries(into);
            }
            List<Object[]> waiting = new ArrayList<>();
            task.waiting((target, origin, offset, time, key, value) ->
                    waiting.add(new Object[] {target, origin, offset, time, key, value}));
            savedWaiting = waiting;
        }

        @Override
        void restore() {
            task = make();
            taken = savedTaken.clone();
            stored.values()
                    .forEach(entry ->
                            task.restore((String) entry[0], (byte[]) entry[1], (long) entry[2], (byte[]) entry[3]));
            if (savedMarks != null) {
                task.restored(savedWatermark, savedMarks);
            }
            savedWaiting.forEach(row ->
                    task.restoreWaiting((int) row[0], (int) row[1], (long) row[2], (long) row[3], row[4], row[5]));
        }

        @Override
        long outputWatermark(Stage target) {
            return task.outputWatermark(target);
        }

        @Override
        boolean isDone() {
            return task.watermark() == EventTime.MAX;
        }
    }
}
