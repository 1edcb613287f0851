package io.datastream.runtime;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.LogFields;
import io.datastream.engine.Origins;
import io.datastream.engine.PortableCodec;
import io.datastream.engine.SourceTask;
import io.datastream.engine.StableHash;
import io.datastream.engine.TaskOutput;
import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.error.Original;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reads some source partitions and runs some keyed tasks.
 *
 * <p>Rows for a task of its own go there by a direct call; rows for another worker's task go in batches through that
 * worker's bounded queue. A worker never blocks on a full queue, which could leave two workers waiting for one another:
 * it keeps the batch, reads no source until it could hand it over, and goes on taking batches meanwhile.
 */
final class LocalWorker implements Runnable {
    /** What takes longer than this is told. */
    private static final Duration SLOW_SINK = Duration.ofSeconds(1);

    private static final Duration SLOW_STEP = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(LocalWorker.class);
    private static final int QUEUE = 16;
    private static final int POLL = 256;
    private static final long REPORT_EVERY = 100_000_000L;
    private static final long FLUSH_EVERY = 1_000_000_000L;

    private final LocalExecution execution;
    private final Plan plan;
    private final int number;
    private final ArrayBlockingQueue<RowBatch> inbox;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final RowBatch[] open;
    private final List<ArrayDeque<RowBatch>> waiting = new ArrayList<>();
    private final List<SourceFeed> feeds = new ArrayList<>();
    private final List<KeyedTask> tasks = new ArrayList<>();
    private final IdentityHashMap<KeyedTask, TaskMeters> taskMeters = new IdentityHashMap<>();

    /** The tasks of fused stages, by the task that feeds them. */
    private final Map<Integer, Map<Stage, KeyedTask>> fused = new HashMap<>();

    private final SinkWriters sinks;
    private long lastReport;
    private long lastFlush = System.nanoTime();
    private boolean sinksComplete;

    /** When the turn began that runs now; 0 for none. */
    private volatile long turnSince;

    /** The number of the last request to hold still that the worker obeys. */
    volatile int heldFor;

    /** A look at all partitions has been asked for and not begun. */
    private volatile boolean lookingAgain;

    volatile Report report = new Report(List.of(), List.of(), List.of());

    /** What a worker tells of itself now and then. */
    record Report(
            List<PipelineStatus.OriginStatus> origins,
            List<PipelineStatus.StageStatus> stages,
            List<PipelineStatus.StepStatus> steps) {}

    LocalWorker(LocalExecution execution, int number, int workers) {
        this.execution = execution;
        this.plan = execution.plan();
        this.number = number;
        this.inbox = new ArrayBlockingQueue<>(QUEUE * workers);
        this.open = new RowBatch[workers];
        for (int i = 0; i < workers; i++) {
            open[i] = new RowBatch();
            waiting.add(new ArrayDeque<>());
        }
        this.sinks = execution.sinkWriters(number);
    }

    // making tasks, before the thread starts

    KeyedTask addTask(Stage stage, int taskNumber, int[] origins) {
        KeyedTask task = new KeyedTask(
                plan,
                stage,
                taskNumber,
                origins,
                new Output(Origins.of(stage, taskNumber), origins, taskNumber),
                false);
        execution.restore(task);
        tasks.add(task);
        String name = stageName(stage);
        taskMeters.put(task, execution.meters(name, String.valueOf(taskNumber)));
        return task;
    }

    private static String stageName(Stage stage) {
        return stage.nodes().isEmpty()
                ? stage.toString()
                : stage + " (" + stage.nodes().get(0) + ")";
    }

    void addFeed(Stage stage, int partition) {
        feeds.add(execution.feed(stage, partition, name -> {
            int origin = Origins.of(stage, partition);
            return new SourceTask(plan, stage, partition, name, new Output(origin, new int[] {origin}, partition));
        }));
    }

    /** Tasks in the order of their stages: each after those that feed it. */
    void sortTasks() {
        tasks.sort(Comparator.comparingInt(task -> task.stage().id()));
    }

    List<KeyedTask> tasks() {
        return tasks;
    }

    List<SourceFeed> feeds() {
        return feeds;
    }

    // the thread

    @Override
    public void run() {
        LogFields.pipeline(plan.name());
        try {
            LOG.debug(
                    "pipeline {}: worker {} has {} partitions and {} tasks",
                    plan.name(),
                    number,
                    feeds.size(),
                    tasks.size());
            announceFeeds();
            while (!execution.isStopped()) {
                turnSince = System.nanoTime();
                step();
            }
        } catch (Throwable e) { // whatever it is, the pipeline must learn of it
            execution.failed(e);
        } finally {
            turnSince = 0;
            report();
            close();
        }
    }

    private void step() throws InterruptedException {
        boolean worked = handOver();
        for (int i = 0; i < QUEUE; i++) {
            RowBatch batch = inbox.poll();
            if (batch == null) {
                break;
            }
            batch.deliver();
            advance();
            closeAll();
            execution.delivered();
            worked = true;
        }
        Runnable command = commands.poll();
        if (command != null) {
            command.run();
            worked = true;
        }
        int hold = execution.holdRequest();
        if (hold == 0 && isAllHandedOver()) {
            worked |= pollFeeds();
        } else if (hold != 0 && isAllHandedOver()) {
            heldFor = hold;
        }
        housekeeping(worked);
        if (!worked) {
            RowBatch batch = inbox.poll(2, TimeUnit.MILLISECONDS);
            if (batch != null) {
                batch.deliver();
                advance();
                closeAll();
                execution.delivered();
            }
        }
    }

    private boolean pollFeeds() {
        boolean worked = false;
        long now = execution.nowNanos();
        for (SourceFeed feed : feeds) {
            if (!feed.ended && !execution.isPaused()) {
                LogFields.partition(feed.name);
                if (feed.poll(POLL, now)) {
                    worked = true;
                    if (feed.idle) {
                        feed.idle = false;
                        execution.woke();
                    }
                } else if (!feed.idle && feed.isIdle(now)) {
                    feed.idle = true;
                }
            }
        }
        LogFields.noPartition();
        worked |= announceFeeds();
        if (worked) {
            advance();
            closeAll();
        }
        return worked;
    }

    private boolean announceFeeds() {
        boolean moved = false;
        for (SourceFeed feed : feeds) {
            long watermark = feed.idle && !execution.isPaused()
                    ? Math.max(feed.announced, execution.idleWatermark())
                    : feed.task.watermark();
            if (watermark > feed.announced) {
                feed.announced = watermark;
                boolean byTime = watermark > feed.task.watermark();
                announce(feed.task.stage(), feed.task.origin(), any -> watermark, byTime);
                moved = true;
            }
        }
        return moved;
    }

    private interface WatermarkOf {
        long target(Stage target);
    }

    private void announce(Stage from, int origin, WatermarkOf watermark, boolean byTime) {
        for (Stage target : from.targets()) {
            long mark = watermark.target(target);
            if (target.isFused()) {
                Map<Stage, KeyedTask> children = fused.get(origin);
                if (children != null) {
                    Objects.requireNonNull(children.get(target)).watermark(origin, mark, byTime);
                }
                continue;
            }
            for (LocalExecution.Shard shard : execution.shards(target)) {
                if (shard.worker() == this) {
                    shard.task().watermark(origin, mark, byTime);
                } else {
                    openBatch(shard.worker().number).watermark(shard.task(), origin, mark, byTime);
                }
            }
        }
    }

    /** Lets all own tasks do what is due. Tasks are in the order of their stages, so one pass is enough. */
    private void advance() {
        for (KeyedTask task : tasks) {
            long before = task.watermark();
            task.advance();
            if (task.watermark() > before && !task.stage().targets().isEmpty()) {
                announce(task.stage(), task.asOrigin(), task::outputWatermark, task.isMovedByIdleness());
            }
        }
    }

    private RowBatch openBatch(int worker) {
        return open[worker];
    }

    private void closeAll() {
        for (int worker = 0; worker < open.length; worker++) {
            if (!open[worker].isEmpty()) {
                close(worker);
            }
        }
        handOver();
    }

    private void close(int worker) {
        execution.sent();
        waiting.get(worker).add(open[worker]);
        open[worker] = new RowBatch();
    }

    private boolean handOver() {
        boolean worked = false;
        for (int worker = 0; worker < open.length; worker++) {
            ArrayDeque<RowBatch> queue = waiting.get(worker);
            while (!queue.isEmpty() && execution.worker(worker).inbox.offer(queue.peek())) {
                queue.remove();
                worked = true;
            }
        }
        return worked;
    }

    private boolean isAllHandedOver() {
        for (ArrayDeque<RowBatch> queue : waiting) {
            if (!queue.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private void housekeeping(boolean worked) {
        long now = System.nanoTime();
        if (now - lastReport > REPORT_EVERY) {
            lastReport = now;
            report();
        }
        if (!execution.hasCheckpoints() && !sinksComplete && now - lastFlush > (worked ? FLUSH_EVERY : REPORT_EVERY)) {
            lastFlush = now;
            flushSinks();
        }
        if (!worked && isFinished()) {
            report();
            execution.finished(this);
        }
    }

    private boolean isFinished() {
        for (SourceFeed feed : feeds) {
            if (!feed.ended) {
                return false;
            }
        }
        for (KeyedTask task : tasks) {
            if (task.watermark() != EventTime.MAX) {
                return false;
            }
        }
        return inbox.isEmpty() && isAllHandedOver();
    }

    /** Asks for a look at all partitions: what {@link #isCaughtUp} tells is then as of now, or of later. */
    void lookAgain() {
        lookingAgain = true;
        command(() -> {
            for (SourceFeed feed : feeds) {
                feed.status = io.datastream.source.SourceReader.Status.MORE; // until the next poll tells
            }
            lookingAgain = false;
        });
    }

    /** Whether all partitions have been read to what was there at the last look. */
    boolean isCaughtUp() {
        if (lookingAgain) {
            return false;
        }
        for (SourceFeed feed : feeds) {
            if (!feed.ended && feed.status == io.datastream.source.SourceReader.Status.MORE) {
                return false;
            }
        }
        return true;
    }

    void command(Runnable command) {
        commands.add(command);
    }

    /** What holds the worker up; null for nothing. */
    @Nullable
    String waitingFor() {
        String told = sinks.waitingFor;
        long since = turnSince;
        if (told != null || since == 0) {
            return told;
        }
        Duration turn = Duration.ofNanos(System.nanoTime() - since);
        Instant begun = execution.now().minus(turn).truncatedTo(ChronoUnit.SECONDS);
        String sink = sinks.called();
        if (sink != null && turn.compareTo(SLOW_SINK) > 0) {
            return "step \"" + sink + "\" waits for its sink, which has been writing since " + begun;
        }
        return turn.compareTo(SLOW_STEP) > 0
                ? "worker " + number + " has been at work on a few records since " + begun
                        + ", because one of its steps is slow"
                : null;
    }

    void report() {
        long now = execution.nowNanos();
        List<PipelineStatus.OriginStatus> origins = new ArrayList<>();
        List<PipelineStatus.StageStatus> stages = new ArrayList<>();
        StepCounts steps = new StepCounts();
        for (SourceFeed feed : feeds) {
            feed.meters.update(feed.task.recordsIn(), feed.task.recordsOut(), feed.task.watermark(), feed.task.steps());
            origins.add(new PipelineStatus.OriginStatus(
                    feed.task.partitionName(), feed.stage, feed.position, -1, feed.announced, feed.evidence(now)));
            feed.task.steps().forEach(steps::add);
        }
        for (KeyedTask task : tasks) {
            Objects.requireNonNull(taskMeters.get(task))
                    .update(task.recordsIn(), task.recordsOut(), task.watermark(), task.steps());
            stages.add(new PipelineStatus.StageStatus(
                    stageName(task.stage()),
                    task.stage().id(),
                    task.watermark(),
                    task.oldestOpenWindow(),
                    task.buffered(),
                    task.keys()));
            task.steps().forEach(steps::add);
        }
        report = new Report(List.copyOf(origins), List.copyOf(stages), steps.sums());
    }

    // commits, called on the worker's thread

    Checkpoint snapshot() {
        sinks.flush();
        Checkpoint part = Checkpoint.empty();
        for (SourceFeed feed : feeds) {
            part.feeds()
                    .put(
                            feed.id,
                            new Checkpoint.Feed(feed.position, feed.task.highestTime(), feed.ended, feed.announced));
        }
        for (KeyedTask task : tasks) {
            List<Checkpoint.Entry> entries = new ArrayList<>();
            task.entries((step, key, entryPart, value) ->
                    entries.add(new Checkpoint.Entry(step, key, entryPart, Objects.requireNonNull(value))));
            List<Checkpoint.Row> rows = new ArrayList<>();
            task.waiting((target, origin, offset, time, key, value) -> rows.add(new Checkpoint.Row(
                    target,
                    Origins.describe(plan, origin),
                    offset,
                    time,
                    task.keyCodec().encode(key),
                    PortableCodec.values().encode(value))));
            Map<String, Long> origins = new HashMap<>();
            for (int origin : task.origins()) {
                origins.put(Origins.describe(plan, origin), task.watermark(origin));
            }
            part.tasks()
                    .add(new Checkpoint.Task(
                            task.statefulSteps(), task.number(), task.watermark(), origins, entries, rows));
        }
        part.sinks().putAll(sinks.snapshot());
        return part;
    }

    List<SinkWriters.Staged> takeStaged() {
        return sinks.takeStaged();
    }

    void committed() {
        sinks.committed();
    }

    /** Where no commits are made. */
    void flushSinks() {
        sinks.flush();
        sinks.committed();
    }

    void completeSinks() {
        sinksComplete = true; // other workers may take their time with theirs, and these take nothing more
        sinks.complete();
    }

    void close() {
        List<Runnable> all = new ArrayList<>();
        feeds.forEach(feed -> all.add(feed::close));
        tasks.forEach(task -> all.add(task::close));
        all.add(sinks::close);
        for (Runnable close : all) {
            try {
                close.run();
            } catch (RuntimeException e) {
                execution.closeFailed(e);
            }
        }
    }

    private void deadLetter(DeadLetter letter) {
        SinkNode node = plan.deadLetters();
        if (node == null) {
            throw new IllegalStateException("a dead letter without a place for it: " + letter);
        }
        sinks.open(node).result(letter.timeNanos(), null, letter);
    }

    /** What the tasks of this worker give out. */
    private final class Output implements TaskOutput {
        private final int origin;
        private final int[] from;
        private final int taskNumber;

        Output(int origin, int[] from, int taskNumber) {
            this.origin = origin;
            this.from = from;
            this.taskNumber = taskNumber;
        }

        @Override
        public ResultTarget openSink(SinkNode sink) {
            return sinks.open(sink);
        }

        @Override
        public RowTarget openExchange(Stage target, int port) {
            if (target.isFused()) {
                KeyedTask child = fused.computeIfAbsent(origin, any -> new IdentityHashMap<>())
                        .computeIfAbsent(target, any -> addTask(target, taskNumber, new int[] {origin}));
                return (from, offset, time, behind, key, value) ->
                        child.row(port, origin, offset, time, behind, key, value);
            }
            KeyNode key = Objects.requireNonNull(target.key());
            List<LocalExecution.Shard> shards = execution.shards(target);
            return (from, offset, time, behind, rowKey, value) -> {
                LocalExecution.Shard shard = shards.get(StableHash.shard(rowKey, key.codec(), shards.size()));
                if (shard.worker() == LocalWorker.this) {
                    shard.task().row(port, from, offset, time, behind, rowKey, value);
                    return;
                }
                int worker = shard.worker().number;
                if (open[worker].isClosed()) {
                    LocalWorker.this.close(worker);
                }
                open[worker].row(shard.task(), port, from, offset, time, behind, rowKey, value);
            };
        }

        @Override
        public void deadLetter(DeadLetter letter) {
            LocalWorker.this.deadLetter(letter);
        }

        @Override
        public void late(Late<?> late) {
            SinkNode node = plan.late();
            if (node != null) {
                sinks.open(node).result(late.timeNanos(), null, late);
            } else {
                execution.lateWithoutPlace(late);
            }
        }

        /** There is one where records come by direct calls, from the one source partition that is being read. */
        @Override
        public @Nullable Original original() {
            if (from.length == 1) {
                for (SourceFeed feed : feeds) {
                    if (feed.task.origin() == from[0]) {
                        return feed.original();
                    }
                }
            }
            return null;
        }

        @Override
        public long clockNanos() {
            return execution.nowNanos();
        }

        @Override
        public void backOff(Duration pause) {
            Pauses.park(pause, execution::isStopped);
        }
    }
}
