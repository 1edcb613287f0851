package io.datastream.runtime;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.Origins;
import io.datastream.engine.PortableCodec;
import io.datastream.engine.SourceTask;
import io.datastream.engine.Stages;
import io.datastream.engine.WindowJournal;
import io.datastream.error.Late;
import io.datastream.error.PipelineException;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.source.ReadableSource;
import io.datastream.source.Source;
import io.datastream.source.SourceConnector;
import io.datastream.source.SourceReader;
import io.datastream.source.TopicSource;
import io.datastream.time.EventTime;
import io.datastream.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to run a pipeline: its workers, from a start or a checkpoint to an end or a failure. */
final class LocalExecution {
    private static final Logger LOG = LoggerFactory.getLogger(LocalExecution.class);

    /** A task of a keyed stage, and the worker it runs on. */
    record Shard(LocalWorker worker, KeyedTask task) {}

    private final Plan plan;
    private final LocalRuntime runtime;
    private final @Nullable Checkpoint restored;
    private final List<LocalWorker.Report> before;
    private final Wakeup controller;
    private final List<LocalWorker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final IdentityHashMap<Stage, List<Shard>> shards = new IdentityHashMap<>();
    private final List<SourceFeed> feeds = new ArrayList<>();
    private final Set<LocalWorker> finishedWorkers = ConcurrentHashMap.newKeySet();
    private final AtomicLong onTheWay = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong lateWithoutPlace = new AtomicLong();
    private volatile boolean stopped;
    private volatile boolean paused;
    private volatile int holdRequest;
    private volatile List<WindowJournal> journals = List.of();

    /** The workers once all is open: what threads other than the controller's and the workers' may look at. */
    private volatile List<LocalWorker> opened = List.of();

    private int holds;

    /** When all partitions became idle, and where the watermark stood then. */
    private long allIdleSince = EventTime.MIN;

    private long allIdleFrom = EventTime.MIN;

    /**
     * @param before what the workers of the execution before told last: as good as it gets until this one is open
     * @param controller is called when the execution has failed, or when all has been read
     */
    LocalExecution(
            Plan plan,
            LocalRuntime runtime,
            @Nullable Checkpoint restored,
            List<LocalWorker.Report> before,
            Wakeup controller) {
        this.plan = plan;
        this.runtime = runtime;
        this.restored = restored;
        this.before = before;
        this.controller = controller;
    }

    /** Opens sources and sinks and loads state, on the calling thread; then starts the workers' threads. */
    void start() {
        try {
            open();
        } catch (RuntimeException e) {
            workers.forEach(LocalWorker::close);
            throw e;
        }
        threads.forEach(Thread::start);
    }

    private void open() {
        int count = runtime.threads();
        for (int i = 0; i < count; i++) {
            workers.add(new LocalWorker(this, i, count));
        }
        // from the last stage to the first, since a task asks for those it feeds when it is made
        List<Stage> stages = plan.stages();
        for (int id = stages.size() - 1; id >= 0; id--) {
            Stage stage = stages.get(id);
            if (stage.isKeyed() && !stage.isFused()) {
                addShards(stage, count);
            }
        }
        int next = 0;
        for (Stage stage : stages) {
            if (stage.source() != null) {
                for (int partition = 0; partition < tasksOf(stage); partition++) {
                    workers.get(next++ % count).addFeed(stage, partition);
                }
            }
        }
        workers.forEach(worker -> feeds.addAll(worker.feeds()));
        for (LocalWorker worker : workers) {
            worker.sortTasks();
            worker.report(); // so that the status is complete from the start
            Thread thread = new Thread(worker, "datastream-" + plan.name() + "-worker-" + workers.indexOf(worker));
            threads.add(thread);
        }
        journals = workers.stream()
                .flatMap(worker -> worker.tasks().stream())
                .flatMap(task -> task.journals().stream())
                .toList();
        opened = List.copyOf(workers);
    }

    /** What all tasks remember of windows. */
    List<WindowJournal> journals() {
        return journals;
    }

    private void addShards(Stage stage, int count) {
        int[] origins = Stages.origins(plan, stage, this::tasksOf);
        List<Shard> list = new ArrayList<>();
        for (int number = 0; number < runtime.shards(); number++) {
            LocalWorker worker = workers.get(number % count);
            list.add(new Shard(worker, worker.addTask(stage, number, origins)));
        }
        shards.put(stage, list);
    }

    private int tasksOf(Stage stage) {
        SourceNode source = stage.source();
        if (source != null) {
            return partitions(source.source().connector());
        }
        return stage.isFused() ? tasksOf(Stages.feeding(plan, stage).get(0)) : runtime.shards();
    }

    private int partitions(SourceConnector<?> connector) {
        if (connector instanceof ReadableSource<?> readable) {
            return readable.partitions();
        }
        if (connector instanceof TopicSource<?> topic) {
            return runtime.topics().topic(topic.topic()).partitions();
        }
        throw new IllegalArgumentException("source " + connector.name() + ": "
                + connector.getClass().getName() + " (expected: a ReadableSource or a TopicSource)");
    }

    SourceFeed feed(Stage stage, int partition, Function<String, SourceTask> makeTask) {
        SourceNode node = Objects.requireNonNull(stage.source());
        Source<Object> source = node.source();
        SourceConnector<Object> connector = source.connector();
        String name = connector instanceof ReadableSource<?> readable
                ? readable.partitionName(partition)
                : connector.name() + "-" + partition;
        String id = plan.nameOf(node) + "#" + partition;
        Checkpoint.Feed from = restored == null ? null : restored.feeds().get(id);
        long position = from == null ? 0 : from.position();
        SourceTask task = makeTask.apply(name);
        SourceReader<Object> reader;
        if (connector instanceof ReadableSource<Object> readable) {
            reader = readable.open(partition, position);
        } else {
            TopicSource<Object> topicSource = (TopicSource<Object>) connector;
            Topic topic = runtime.topics().topic(topicSource.topic());
            reader = new TopicReader(topic, partition, topicSource.decoder(), position);
        }
        SourceFeed feed = new SourceFeed(
                id,
                name,
                stage.id(),
                task,
                reader,
                meters(plan.nameOf(node), name),
                source.idleAfter(),
                position,
                nowNanos());
        if (from != null) {
            task.restore(from.highestTime());
            feed.announced = from.announced();
            if (from.ended()) {
                feed.end();
            }
        }
        return feed;
    }

    void restore(KeyedTask task) {
        if (restored == null) {
            return;
        }
        Checkpoint.Task stored = restored.task(task.statefulSteps(), task.number());
        if (stored == null) {
            return;
        }
        if (!stored.waiting().isEmpty() && !stored.steps().equals(task.statefulSteps())) {
            throw new IllegalStateException("checkpoint of pipeline " + plan.name() + ": records wait for steps "
                    + stored.steps() + ", and the pipeline now has " + task.statefulSteps()
                    + " (expected: the same steps; drain the pipeline before it is changed)");
        }
        long tasks = restored.tasks(task.statefulSteps());
        if (tasks != tasksOf(task.stage())) {
            throw new IllegalStateException("checkpoint of pipeline " + plan.name() + ": the keys of steps "
                    + stored.steps() + " are divided into " + tasks + " tasks, and would now be into "
                    + tasksOf(task.stage()) + " (expected: as many as before; see withShards, or the partitions of the"
                    + " source)");
        }
        for (Checkpoint.Entry entry : stored.entries()) {
            task.restore(entry.step(), entry.key(), entry.part(), entry.value());
        }
        Map<String, Integer> byName = new java.util.HashMap<>();
        int[] origins = task.origins();
        long[] watermarks = new long[origins.length];
        for (int i = 0; i < origins.length; i++) {
            String name = Origins.describe(plan, origins[i]);
            byName.put(name, origins[i]);
            watermarks[i] = stored.origins().getOrDefault(name, stored.watermark());
        }
        task.restored(stored.watermark(), watermarks);
        for (Checkpoint.Row row : stored.waiting()) {
            Integer origin = byName.get(row.origin());
            if (origin == null) {
                throw new IllegalStateException(
                        "checkpoint of pipeline " + plan.name() + ": records wait that came from " + row.origin()
                                + " (expected: one of " + byName.keySet() + ")");
            }
            task.restoreWaiting(
                    row.target(),
                    origin,
                    row.offset(),
                    row.time(),
                    task.keyCodec().decode(row.key()),
                    PortableCodec.values().decode(row.value()));
        }
    }

    SinkWriters sinkWriters(int worker) {
        Map<String, byte[]> stored = restored == null ? Map.of() : restored.sinks();
        for (String writer : stored.keySet()) {
            if (Integer.parseInt(writer.substring(writer.lastIndexOf('#') + 1)) >= runtime.threads()) {
                throw new IllegalStateException("checkpoint of pipeline " + plan.name() + ": sink writer " + writer
                        + " has something to go on from, and there are only " + runtime.threads()
                        + " threads now (expected: at least as many as before)");
            }
        }
        return new SinkWriters(
                plan, worker, runtime.threads(), runtime.topics(), hasCheckpoints(), stored, this::isStopped);
    }

    TaskMeters meters(String stage, String partition) {
        return new TaskMeters(runtime.meters(), plan.name(), stage, partition, runtime.clock());
    }

    Plan plan() {
        return plan;
    }

    Instant now() {
        return runtime.clock().instant();
    }

    LocalWorker worker(int number) {
        return workers.get(number);
    }

    List<Shard> shards(Stage stage) {
        return Objects.requireNonNull(shards.get(stage));
    }

    boolean hasCheckpoints() {
        return runtime.checkpoints() != null;
    }

    long nowNanos() {
        return EventTime.nanos(runtime.clock().instant());
    }

    void sent() {
        onTheWay.incrementAndGet();
    }

    void delivered() {
        onTheWay.decrementAndGet();
    }

    // idleness

    /** Where the watermark of an idle partition may stand: at the least of the active ones, or on the wall clock's pace. */
    synchronized long idleWatermark() {
        long active = EventTime.MAX;
        boolean anyActive = false;
        for (SourceFeed feed : feeds) {
            if (!feed.idle && !feed.ended) {
                anyActive = true;
                active = Math.min(active, feed.watermark);
            }
        }
        if (anyActive) {
            allIdleSince = EventTime.MIN;
            return active;
        }
        long now = nowNanos();
        if (allIdleSince == EventTime.MIN) {
            allIdleSince = now;
            allIdleFrom = EventTime.MIN;
            for (SourceFeed feed : feeds) {
                if (!feed.ended) {
                    allIdleFrom = Math.max(allIdleFrom, feed.announced); // the others hold back nothing
                }
            }
        }
        return EventTime.plus(allIdleFrom, now - allIdleSince);
    }

    synchronized void woke() {
        allIdleSince = EventTime.MIN;
    }

    void lateWithoutPlace(Late<?> late) {
        if (lateWithoutPlace.incrementAndGet() == 1) {
            LOG.warn(
                    "pipeline {}: {} is too late for step {}: at {}, watermark {}. It is counted; lateTo(sink) would"
                            + " keep it. Further ones are counted without a message.",
                    plan.name(),
                    late.place(),
                    late.step(),
                    EventTime.describe(late.timeNanos()),
                    EventTime.describe(late.watermarkNanos()));
        }
    }

    // control, called by the controller's thread

    boolean isStopped() {
        return stopped;
    }

    boolean isPaused() {
        return paused;
    }

    void pause(boolean pause) {
        paused = pause;
    }

    int holdRequest() {
        return holdRequest;
    }

    void failed(Throwable error) {
        if (failure.compareAndSet(null, error)) {
            stopped = true;
            controller.call();
        }
    }

    void closeFailed(RuntimeException error) {
        LOG.warn("pipeline {}: something could not be closed", plan.name(), error);
    }

    @Nullable
    Throwable failure() {
        return failure.get();
    }

    void finished(LocalWorker worker) {
        if (finishedWorkers.add(worker) && hasReadAll()) {
            controller.call();
        }
    }

    /** Whether all bounded input has been read. */
    boolean hasReadAll() {
        return finishedWorkers.size() == workers.size();
    }

    /** Whether all bounded input has been processed. */
    boolean isFinished() {
        return hasReadAll() && onTheWay.get() == 0;
    }

    /** Asks for a look at all partitions, so that {@link #isCaughtUp} counts what is there now. */
    void lookAgain() {
        workers.forEach(LocalWorker::lookAgain);
    }

    /** Whether all that the sources held at the last look has been read. */
    boolean isCaughtUp() {
        return workers.stream().allMatch(LocalWorker::isCaughtUp);
    }

    /**
     * Makes all workers stop reading and waits until nothing is on its way.
     *
     * @return false if the execution was stopped or failed meanwhile
     */
    boolean hold() {
        int request = ++holds;
        holdRequest = request;
        while (!stopped) {
            boolean all = true;
            for (LocalWorker worker : workers) {
                all &= worker.heldFor == request;
            }
            if (all && onTheWay.get() == 0) {
                return true;
            }
            Pauses.park(Duration.ofMillis(1), this::isStopped);
        }
        return false;
    }

    void release() {
        holdRequest = 0;
    }

    /** The whole state, while held. */
    Checkpoint snapshot() {
        Checkpoint all = Checkpoint.empty();
        onEach(LocalWorker::snapshot).forEach(all::add);
        return all;
    }

    /** Lets the records for topics appear that waited for the commit, while held. */
    void publishStaged() {
        onEach(LocalWorker::takeStaged).forEach(records -> records.forEach(SinkWriters.Staged::append));
    }

    /** Tells all sinks that the snapshot is committed, while held. */
    void committed() {
        onEach(worker -> {
            worker.committed();
            return true;
        });
    }

    void flushSinks() {
        onEach(worker -> {
            worker.flushSinks();
            return true;
        });
    }

    void completeSinks() {
        onEach(worker -> {
            worker.completeSinks();
            return true;
        });
    }

    /** Runs something on each worker's thread, one after the other. */
    private <R> List<R> onEach(Function<LocalWorker, R> action) {
        List<R> results = new ArrayList<>();
        for (LocalWorker worker : workers) {
            CompletableFuture<R> result = new CompletableFuture<>();
            worker.command(() -> {
                try {
                    result.complete(action.apply(worker));
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                    throw e;
                }
            });
            results.add(await(result));
        }
        return results;
    }

    private <R> R await(CompletableFuture<R> result) {
        while (true) {
            try {
                return result.get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (stopped) {
                    throw new PipelineException("the pipeline was stopped before its commit");
                }
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new PipelineException("commit failed: " + cause, cause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PipelineException("interrupted while a commit was made", e);
            }
        }
    }

    /** Ends all threads and waits for them. */
    void stop() {
        stopped = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the workers told last. */
    List<LocalWorker.Report> reports() {
        List<LocalWorker> all = opened;
        if (all.isEmpty()) {
            return before;
        }
        List<LocalWorker.Report> reports = new ArrayList<>(all.size());
        for (LocalWorker worker : all) {
            reports.add(worker.report);
        }
        return reports;
    }

    PipelineStatus status(String name, PipelineState state, int restarts, @Nullable String lastError) {
        List<PipelineStatus.OriginStatus> origins = new ArrayList<>();
        Map<String, PipelineStatus.StageStatus> stages = new java.util.LinkedHashMap<>();
        StepCounts steps = new StepCounts();
        List<String> waits = new ArrayList<>();
        for (LocalWorker.Report report : reports()) {
            origins.addAll(report.origins());
            report.stages().forEach(stage -> stages.merge(stage.name(), stage, LocalExecution::merge));
            report.steps().forEach(steps::add);
        }
        for (LocalWorker worker : opened) {
            String waiting = worker.waitingFor();
            if (waiting != null) {
                waits.add(waiting);
            }
        }
        origins.sort(java.util.Comparator.comparing(PipelineStatus.OriginStatus::name));
        if (paused) {
            waits.add("the pipeline is paused");
        }
        return new PipelineStatus(
                name, state, origins, List.copyOf(stages.values()), steps.sums(), waits, restarts, lastError);
    }

    private static PipelineStatus.StageStatus merge(PipelineStatus.StageStatus a, PipelineStatus.StageStatus b) {
        return new PipelineStatus.StageStatus(
                a.name(),
                a.stage(),
                Math.min(a.watermarkNanos(), b.watermarkNanos()),
                Math.min(a.oldestWindowNanos(), b.oldestWindowNanos()),
                a.buffered() + b.buffered(),
                a.keys() + b.keys());
    }
}
