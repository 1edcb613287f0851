package io.datastream.kafka;

import io.datastream.engine.KeyedTask;
import io.datastream.engine.Step;
import io.datastream.kafka.internal.JoiningFlag;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.runtime.PipelineStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread with one consumer and one transactional producer, which runs the tasks of the partitions it is given. */
final class KafkaWorker implements Runnable, ConsumerRebalanceListener, Restorer.Ready {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaWorker.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final long REPORT_EVERY = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET_AFTER = TimeUnit.SECONDS.toNanos(1);
    private static final long MOST_RETAINED = 32L << 20;
    private static final int MOST_PENDING = 20_000;
    private static final long PURGE_EVERY = TimeUnit.SECONDS.toNanos(20);

    private final WorkerHost host;
    private final Broker broker;
    private final Part part;
    private final Topology topology;
    private final Plan plan;
    private final KafkaSettings settings;
    private final JoiningFlag joining = new JoiningFlag();
    private final Consumer<byte[], byte[]> consumer;
    private final Transactions transactions;
    private final Restorer restorer;
    private final WorkerSinks sinks;
    private final Idleness idleness;
    private final Timer commits;
    private final Map<TopicPartition, PartitionTask> tasks =
            new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
    private final Map<TopicPartition, Long> starts = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Long> purged = new HashMap<>();
    private long lastCommit;
    private long lastPurge;
    private long lastReport;
    private boolean sourcesPaused;

    volatile boolean finished;

    /** The count of commits at which nothing was left to read or to commit; -1 while there is something. */
    volatile long caughtUpAt = -1;

    volatile Report report = new Report(List.of(), List.of(), List.of(), List.of(), new Holds());

    /** What a worker tells of itself now and then. */
    record Report(
            List<PipelineStatus.OriginStatus> origins,
            List<PipelineStatus.StageStatus> stages,
            List<PipelineStatus.StepStatus> steps,
            List<String> waitingFor,
            Holds holds) {}

    KafkaWorker(WorkerHost host, Part part, Broker broker, int number) {
        this.host = host;
        this.broker = broker;
        this.plan = host.plan();
        this.part = part;
        this.topology = host.topology();
        this.settings = host.settings();
        String id = part.group() + "-" + host.instance() + "-" + number;
        this.commits = settings.meters.timer("datastream.commit.duration", "pipeline", plan.name());
        this.transactions = new Transactions(broker, topology, id, host::isStopped);
        this.restorer = new Restorer(broker, id, id + "-restore");
        this.sinks = new WorkerSinks(plan, broker, number, settings.threads);
        this.idleness = new Idleness(broker);
        this.consumer = broker.member(id, joining);
        this.lastCommit = broker.nanoTime();
        this.lastPurge = lastCommit;
    }

    @Override
    public void run() {
        try {
            open();
            while (!host.isStopped()) {
                turn();
            }
            if (host.stopsCleanly()) {
                end();
            }
        } catch (WakeupException e) {
            LOG.debug("worker of {} was woken up to stop", plan.name());
        } catch (Throwable e) { // whatever it is, the pipeline must learn of it
            host.failed(e);
        } finally {
            close();
        }
    }

    void open() {
        sinks.open(part.sinks());
        consumer.subscribe(part.topics(), this);
    }

    /** Commits what was done, at a clean end. */
    void end() {
        commit();
        if (host.isCompleting()) {
            sinks.complete();
        }
    }

    /** One turn of the loop. */
    void turn() {
        ConsumerRecords<byte[], byte[]> records = poll();
        for (TopicPartition partition : records.partitions()) {
            PartitionTask task = tasks.get(partition);
            if (task != null && task.isReady()) {
                task.process(records.records(partition), consumer.position(partition));
            }
        }
        for (PartitionTask task : tasks.values()) {
            if (task.isReady() && records.records(task.partition).isEmpty()) {
                task.process(List.of(), consumer.position(task.partition));
            }
            task.endIfReached();
            idleness.look(task, sourcesPaused || host.isDraining());
        }
        if (!restorer.isIdle()) {
            restorer.step(this);
        }
        long now = broker.nanoTime();
        boolean full = isFull();
        if (full || now - lastCommit >= settings.commitInterval.toNanos()) {
            commit();
            lastCommit = broker.nanoTime();
        }
        holdBack(full && isFull());
        if (now - lastPurge > PURGE_EVERY) {
            lastPurge = now;
            purge();
        }
        if (now - lastReport > REPORT_EVERY) {
            lastReport = now;
            report();
        }
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(restorer.isIdle() ? POLL : Duration.ofMillis(1));
        } catch (NoOffsetForPartitionException e) {
            // with the new group protocol positions may be asked for before a restore has set them
            if (restorer.isIdle()) {
                throw e;
            }
            return ConsumerRecords.empty();
        } catch (OffsetOutOfRangeException e) {
            if (isOvertaken(e.partitions())) {
                return ConsumerRecords.empty(); // that they were lost is told at one of the next polls
            }
            throw new IllegalStateException(
                    "topic positions " + e.offsetOutOfRangePartitions()
                            + ": the records to go on from are gone (expected: a retention that outlasts every stop of the"
                            + " pipeline; to leave them out, start under another pipeline name)",
                    e);
        }
    }

    /** Whether others have committed these partitions since, because they are not ours any more. */
    private boolean isOvertaken(Collection<TopicPartition> partitions) {
        try {
            Map<TopicPartition, @Nullable OffsetAndMetadata> found = broker.offsets(partitions, false);
            return partitions.stream().allMatch(partition -> {
                PartitionTask task = tasks.get(partition);
                OffsetAndMetadata last = found.get(partition);
                return task != null
                        && last != null
                        && OffsetMeta.decode(partition.toString(), last.offset(), last.metadata())
                                        .commits()
                                > task.commits();
            });
        } catch (Broker.NotNowException e) {
            LOG.debug("pipeline {}: who owns {} is asked again", plan.name(), partitions, e);
            return true;
        }
    }

    /** What an exchange holds is needed until the stage that reads it has committed. */
    private void purge() {
        Map<TopicPartition, Long> done = new HashMap<>();
        for (PartitionTask task : tasks.values()) {
            long rewind = task.committedRewind();
            if (task.isExchange() && rewind > purged.getOrDefault(task.partition, 0L)) {
                done.put(task.partition, rewind);
            }
        }
        if (!done.isEmpty()) {
            purged.putAll(done);
            broker.deleteBefore(done);
        }
    }

    private boolean isFull() {
        long bytes = 0;
        for (PartitionTask task : tasks.values()) {
            bytes += task.retainedBytes();
        }
        return bytes > MOST_RETAINED || sinks.pendingResults() > MOST_PENDING;
    }

    /** Reads nothing while a sink is away, a commit cannot be made, or the pipeline is paused; but stays in the group. */
    private void holdBack(boolean stuck) {
        boolean hold = stuck || sinks.isWaiting() || host.isPaused();
        if (hold != sourcesPaused) {
            sourcesPaused = hold;
            List<TopicPartition> ready = tasks.values().stream()
                    .filter(PartitionTask::isReady)
                    .map(task -> task.partition)
                    .toList();
            if (hold) {
                consumer.pause(ready);
            } else {
                consumer.resume(ready);
            }
        }
    }

    private boolean commit() {
        if (joining.isJoining()) {
            return false;
        }
        ConsumerGroupMetadata member = consumer.groupMetadata();
        if (member.generationId() < 0 || member.memberId().isEmpty()) {
            return false; // the broker would take such a commit without asking who owns the partitions
        }
        List<PartitionTask> progressed =
                tasks.values().stream().filter(PartitionTask::hasProgress).toList();
        if (progressed.isEmpty() && sinks.pendingResults() == 0) {
            return true;
        }
        if (!sinks.writeAll()) {
            return false;
        }
        if (progressed.isEmpty()) {
            return true;
        }
        long start = broker.nanoTime();
        boolean committed = transactions.commit(progressed, member);
        commits.record(broker.nanoTime() - start, TimeUnit.NANOSECONDS);
        host.committed();
        return committed;
    }

    // rebalances, called within poll

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            consumer.pause(List.of(partition));
            consumer.seek(partition, 0); // a place to stand until the restore has found the right one
            PartitionTask task = make(partition);
            tasks.put(partition, task);
            restorer.add(task);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            joining.set(false); // the generation is known again while this is called
            commit();
            drop(partitions);
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        LOG.warn("pipeline {}: partitions {} were lost and are dropped", plan.name(), partitions);
        drop(partitions);
    }

    private void drop(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            restorer.drop(partition);
            PartitionTask task = tasks.remove(partition);
            if (task != null) {
                task.close();
                sinks.forget(task);
            }
            idleness.drop(partition);
        }
        report();
    }

    @Override
    public void prepare(PartitionTask task, boolean wasCommitted) {
        TopicPartition partition = task.partition;
        try {
            if (!wasCommitted) {
                starts.put(partition, firstPosition(partition));
            }
            if (settings.readToEnd && !task.isExchange() && !ends.containsKey(partition)) {
                ends.put(
                        partition,
                        Objects.requireNonNull(
                                consumer.endOffsets(List.of(partition)).get(partition)));
            }
        } catch (TimeoutException e) {
            throw new Broker.NotNowException(e);
        }
    }

    @Override
    public void on(PartitionTask task, long position, OffsetMeta meta, boolean wasCommitted) {
        long from = wasCommitted ? position : Objects.requireNonNull(starts.get(task.partition));
        OffsetMeta known = wasCommitted ? meta : OffsetMeta.fresh(from);
        task.end = ends.getOrDefault(task.partition, Long.MAX_VALUE);
        consumer.seek(task.partition, task.restored(from, known, wasCommitted));
        if (!sourcesPaused) {
            consumer.resume(List.of(task.partition));
        }
    }

    private long firstPosition(TopicPartition partition) {
        StartFrom start = topology.startOf(partition.topic());
        if (start.time() != null) {
            OffsetAndTimestamp found = consumer.offsetsForTimes(
                            Map.of(partition, start.time().toEpochMilli()))
                    .get(partition);
            if (found != null) {
                return found.offset();
            }
        }
        Map<TopicPartition, Long> offsets = start.position() == StartFrom.Position.EARLIEST
                ? consumer.beginningOffsets(List.of(partition))
                : consumer.endOffsets(List.of(partition));
        return Objects.requireNonNull(offsets.get(partition));
    }

    private PartitionTask make(TopicPartition partition) {
        PartitionTask task = new PartitionTask(host, partition, topology.changelogOf(partition.topic()));
        for (Stage stage : topology.sourcesOf(partition.topic())) {
            task.add(new SourceChain(host, stage, task, sinks));
        }
        Stage exchange = topology.exchange(partition.topic());
        if (exchange != null) {
            task.add(new ExchangeChain(host, exchange, task, sinks));
        }
        Tags tags = Tags.of("pipeline", plan.name(), "partition", partition.toString());
        Gauge before = settings.meters.find("datastream.lag").tags(tags).gauge();
        if (before != null) {
            settings.meters.remove(before); // that of a task this partition had earlier
        }
        Gauge.builder("datastream.lag", task, any -> any.lag).tags(tags).register(settings.meters);
        return task;
    }

    private void report() {
        List<PipelineStatus.OriginStatus> origins = new ArrayList<>();
        List<PipelineStatus.StageStatus> stages = new ArrayList<>();
        Map<String, long[]> counts = new TreeMap<>();
        Holds holds = new Holds();
        boolean allFinished = restorer.isIdle();
        long commitsBefore = host.commits();
        boolean allCaughtUp = restorer.isIdle() && !tasks.isEmpty();
        for (PartitionTask task : tasks.values()) {
            task.lag = task.isReady() ? consumer.currentLag(task.partition).orElse(-1) : -1;
            long quiet = task.quietAt(broker.nanoTime());
            for (Chain chain : task.chains()) {
                for (Step step : chain.count()) {
                    count(counts, step);
                }
                for (KeyedTask keyed : chain.keyed) {
                    stages.add(new PipelineStatus.StageStatus(
                            keyed.stage() + " of " + task.partition,
                            keyed.watermark(),
                            keyed.oldestOpenWindow(),
                            keyed.buffered(),
                            keyed.keys()));
                }
                String evidence = evidence(task, chain, quiet);
                origins.add(new PipelineStatus.OriginStatus(
                        task.partition.toString(),
                        task.position,
                        task.lag < 0 ? -1 : task.position + task.lag,
                        chain.watermark(),
                        evidence));
                holds.look(chain);
                if (quiet > QUIET_AFTER && task.lag == 0) {
                    holds.quiet(chain.origin(), evidence);
                }
            }
            allFinished &= task.isFinished();
            allCaughtUp &= task.isReady() && task.lag == 0 && !task.hasProgress();
        }
        List<PipelineStatus.StepStatus> steps = new ArrayList<>();
        counts.forEach((name, count) -> steps.add(new PipelineStatus.StepStatus(name, count[0], count[1], count[2])));
        List<String> waits = new ArrayList<>(restorer.progress());
        String sink = sinks.waitingFor;
        if (sink != null) {
            waits.add(sink);
        }
        report = new Report(origins, stages, steps, waits, holds);
        finished = allFinished;
        caughtUpAt = allCaughtUp && host.isDraining() && isAtEnds() ? commitsBefore : -1;
    }

    private boolean isAtEnds() {
        Map<TopicPartition, Long> found = consumer.endOffsets(tasks.keySet());
        for (PartitionTask task : tasks.values()) {
            if (found.getOrDefault(task.partition, -1L) != task.position) {
                return false;
            }
        }
        return true;
    }

    private String evidence(PartitionTask task, Chain chain, long quiet) {
        if (!task.isReady()) {
            return "restoring";
        }
        if (task.isEnded()) {
            return "ended";
        }
        if (sourcesPaused) {
            return "held back";
        }
        if (task.lag < 0) {
            return "where it ends is not known now";
        }
        if (task.lag > 0) {
            return "reading";
        }
        String since = quiet > QUIET_AFTER ? ", nothing came for " + TimeUnit.NANOSECONDS.toSeconds(quiet) + " s" : "";
        return "read to its end" + since + ", " + chain.evidence();
    }

    private static void count(Map<String, long[]> counts, Step step) {
        if (step.late() + step.skipped() + step.deadLetters() > 0) {
            long[] count = counts.computeIfAbsent(step.name(), any -> new long[3]);
            count[0] += step.late();
            count[1] += step.skipped();
            count[2] += step.deadLetters();
        }
    }

    /** Frees what the worker holds. Called by its thread, or before that is started. */
    void close() {
        List<Runnable> all = new ArrayList<>();
        tasks.values().forEach(task -> all.add(task::close));
        all.add(sinks::close);
        all.add(transactions::close);
        all.add(restorer::close);
        all.add(() -> consumer.close(CloseOptions.timeout(Duration.ofSeconds(2))));
        report();
        tasks.clear();
        for (Runnable close : all) {
            try {
                close.run();
            } catch (RuntimeException e) {
                LOG.warn("pipeline {}: something could not be closed", plan.name(), e);
            }
        }
    }
}
