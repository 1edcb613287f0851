package io.datastream.kafka;

import io.datastream.engine.LogFields;
import io.datastream.engine.WindowJournal;
import io.datastream.kafka.internal.JoiningFlag;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread with one consumer and one transactional producer, which runs the tasks of the partitions it is given. */
final class KafkaWorker implements Runnable, ConsumerRebalanceListener, Restorer.Ready {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaWorker.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final long REPORT_EVERY = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MOST_RETAINED = 32L << 20;
    private static final int MOST_PENDING = 20_000;
    private static final long PURGE_EVERY = TimeUnit.SECONDS.toNanos(20);

    /** How long a turn waits for sinks that write, before it polls again and looks after the rest. */
    private static final Duration SINK_TURN = Duration.ofMillis(200);

    /** How long at most a rebalance waits for sinks that write. */
    private static final Duration SINK_REVOKED = Duration.ofSeconds(30);

    /** The last commit waits until it is done, or the worker is told to give up. */
    private static final Duration SINK_END = Duration.ofDays(1);

    private static final Duration CLOSE_SINKS = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

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
    private volatile boolean isAssigned;
    private long lastCommit;
    private long lastPurge;
    private long lastReport;
    private boolean sourcesPaused;

    volatile boolean finished;

    /** The count of commits at which nothing was left to read or to commit; -1 while there is something. */
    volatile long caughtUpAt = -1;

    volatile WorkerReport report = WorkerReport.NONE;

    /** What the tasks remember of windows, as of the last report. */
    volatile List<WindowJournal> journals = List.of();

    private volatile List<String> restoring = List.of();
    private @Nullable Thread thread;
    private volatile boolean closing;
    private volatile boolean gaveUp;

    KafkaWorker(WorkerHost host, Part part, Broker broker, int number) {
        this.host = host;
        this.broker = broker;
        this.plan = host.plan();
        this.part = part;
        this.topology = host.topology();
        this.settings = host.settings();
        String id = part.group() + "-" + host.instance() + "-" + number;
        this.commits = settings.meters.timer("datastream.commit.duration", "pipeline", plan.name());
        this.transactions = new Transactions(broker, host, id);
        this.restorer = new Restorer(broker, id, id + "-restore");
        this.sinks = new WorkerSinks(host, broker, number);
        this.idleness = new Idleness(broker);
        this.consumer = broker.member(id, joining);
        this.lastCommit = broker.nanoTime();
        this.lastPurge = lastCommit;
    }

    @Override
    public void run() {
        synchronized (this) {
            thread = Thread.currentThread();
        }
        LogFields.pipeline(plan.name());
        try {
            open();
            while (!host.isStopped()) {
                turn();
            }
            if (host.stopsCleanly()) {
                end();
            }
        } catch (StoppedException e) {
            tellOfStop(e);
        } catch (Throwable e) { // whatever it is, the pipeline must learn of it
            if (gaveUp) {
                tellOfStop(e);
            } else {
                host.failed(KafkaErrors.cause(e));
            }
        } finally {
            close();
        }
    }

    private void tellOfStop(Throwable e) {
        LOG.info(
                "pipeline {}: a worker ends without a last commit, the next start goes on from the one before",
                plan.name(),
                e);
    }

    /** Ends a call that waits for Kafka or a sink, in a worker that was told to stop. Called by another thread. */
    synchronized void giveUp() {
        if (!closing && thread != null) {
            gaveUp = true;
            thread.interrupt();
        }
    }

    void open() {
        transactions.open();
        sinks.open(part.sinks());
        consumer.subscribe(part.topics(), this);
    }

    /** Commits what was done, at a clean end. */
    void end() {
        try {
            commit(SINK_END);
        } catch (StoppedException e) {
            tellOfStop(e);
            return;
        }
        if (host.isCompleting()) {
            sinks.complete();
        }
    }

    /** One turn of the loop. */
    void turn() {
        ConsumerRecords<byte[], byte[]> records = poll();
        for (PartitionTask task : tasks.values()) {
            if (task.isReady()) {
                process(task, records.records(task.partition));
            }
            task.endIfReached();
            idleness.look(task, sourcesPaused || host.isDraining());
        }
        if (!restorer.isIdle()) {
            restorer.step(this);
        }
        long now = broker.nanoTime();
        boolean full = isFull();
        if (full || sinks.isWaiting() || now - lastCommit >= settings.commitInterval.toNanos()) {
            commit(SINK_TURN);
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

    private void process(PartitionTask task, List<ConsumerRecord<byte[], byte[]>> records) {
        long position = records.isEmpty() ? -1 : records.get(records.size() - 1).offset() + 1;
        try {
            position = Math.max(position, consumer.position(task.partition, Duration.ZERO));
        } catch (TimeoutException e) {
            LOG.trace("{}: a new leader has not confirmed the position yet", task.partition, e);
        }
        LogFields.partition(task.partition.toString());
        task.process(records, position);
        LogFields.noPartition();
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
                            + ": the records to go on from are gone (expected: a retention that outlasts every stop of"
                            + " the pipeline; to leave them out, start under another pipeline name)",
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

    private boolean commit(Duration sinkLimit) {
        if (joining.isJoining() || closing) {
            return false;
        }
        ConsumerGroupMetadata member = consumer.groupMetadata();
        if (member.generationId() < 0 || member.memberId().isEmpty()) {
            if (tasks.values().stream().anyMatch(PartitionTask::hasProgress)) {
                transactions.trouble.failed(new CommitFailedException("the worker is no member of its group now"));
            }
            return false; // the broker would take such a commit without asking who owns the partitions
        }
        List<PartitionTask> progressed =
                tasks.values().stream().filter(PartitionTask::hasProgress).toList();
        if (progressed.isEmpty()) {
            transactions.trouble.succeeded(); // what failed was taken from us, or is done
            if (sinks.pendingResults() == 0 && !sinks.isWaiting() && sinks.isSettled()) {
                return true;
            }
        }
        if (!sinks.writeAll(sinkLimit)) {
            return false;
        }
        // again, because results that a sink has refused may have become dead letters
        progressed = tasks.values().stream().filter(PartitionTask::hasProgress).toList();
        if (progressed.isEmpty()) {
            return true;
        }
        long start = broker.nanoTime();
        boolean committed = transactions.commit(progressed, member);
        commits.record(broker.nanoTime() - start, TimeUnit.NANOSECONDS);
        host.committed();
        if (committed && !sinks.isSettled()) {
            sinks.writeAll(sinkLimit); // tells them; if that takes longer, the next turns go on with it
        }
        return committed;
    }

    // rebalances, called within poll

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        isAssigned = true;
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
            commit(sinkLimitOfRebalance());
            drop(partitions);
        }
    }

    /** The others of the group wait meanwhile, and the worker must be back in time. */
    private Duration sinkLimitOfRebalance() {
        Duration half = settings.maxPollInterval().dividedBy(2);
        return half.compareTo(SINK_REVOKED) < 0 ? half : SINK_REVOKED;
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
        if (!closing) { // what was reported last stays
            report();
        }
    }

    @Override
    public void prepare(PartitionTask task, boolean wasCommitted) {
        TopicPartition partition = task.partition;
        try {
            if (!wasCommitted) {
                starts.put(partition, firstPosition(partition));
            }
            if (settings.readToEnd && !task.isExchange() && !ends.containsKey(partition)) {
                // counts open transactions: one that was committed just now may not be stable yet
                ends.put(partition, broker.end(partition));
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
        sinks.own(task);
        Tags tags = Tags.of("pipeline", plan.name(), "partition", partition.toString());
        Gauge before = settings.meters.find("datastream.lag").tags(tags).gauge();
        if (before != null) {
            settings.meters.remove(before); // that of a task this partition had earlier
        }
        Gauge.builder("datastream.lag", task, any -> any.lag).tags(tags).register(settings.meters);
        return task;
    }

    private void report() {
        boolean allFinished = restorer.isIdle() && sinks.isSettled();
        long commitsBefore = host.commits();
        boolean allCaughtUp = restorer.isIdle() && !tasks.isEmpty() && sinks.isSettled();
        for (PartitionTask task : tasks.values()) {
            task.lag = task.isReady() ? consumer.currentLag(task.partition).orElse(-1) : -1;
            allFinished &= task.isFinished();
            allCaughtUp &= task.isReady() && task.lag == 0 && !task.hasProgress();
        }
        report = WorkerReport.of(report, tasks.values(), sourcesPaused, broker.nanoTime());
        restoring = restorer.progress();
        finished = allFinished;
        caughtUpAt = allCaughtUp && !closing && host.isDraining() && isAtEnds() ? commitsBefore : -1;
        journals = tasks.values().stream()
                .flatMap(task -> task.chains().stream())
                .flatMap(chain -> chain.keyed.stream())
                .flatMap(keyed -> keyed.journals().stream())
                .toList();
    }

    /** Whether its group has told it its partitions, be they none, where others have them all. By any thread. */
    boolean isAssigned() {
        return isAssigned;
    }

    /** What the worker waits for, in words. By any thread, also while a call of the worker takes long. */
    List<String> waitingFor() {
        List<String> waits = new ArrayList<>(restoring);
        for (String one : Arrays.asList(sinks.waitingFor(), transactions.trouble.words())) {
            if (one != null) {
                waits.add(one);
            }
        }
        return waits;
    }

    private boolean isAtEnds() {
        try {
            Map<TopicPartition, Long> found = consumer.endOffsets(tasks.keySet());
            // inputs to their very ends: what was committed just now may not be stable yet
            return tasks.values().stream()
                    .allMatch(task -> found.getOrDefault(task.partition, -1L) == task.position
                            && (task.isExchange() || broker.end(task.partition) == task.position));
        } catch (TimeoutException | Broker.NotNowException e) {
            LOG.debug("pipeline {}: the ends of its partitions are not known now", plan.name(), e);
            return false;
        }
    }

    /** Frees what the worker holds. Called by its thread, or before that is started. */
    void close() {
        synchronized (this) {
            closing = true;
        }
        boolean interrupted = Thread.interrupted() || gaveUp; // what follows has limits of its own
        report();
        tasks.values().forEach(task -> closeQuietly(task::close));
        tasks.clear();
        sinks.close(interrupted ? CLOSE_LIMIT : CLOSE_SINKS);
        if (interrupted) {
            closeAside();
        } else {
            closeClients(CLOSE_LIMIT);
        }
    }

    /** A client that waits for a broker may take longer to end than it is given, and is left to itself then. */
    private void closeAside() {
        Thread closer = new Thread(
                () -> closeClients(CLOSE_LIMIT.dividedBy(2)),
                Thread.currentThread().getName() + "-close");
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeClients(Duration limit) {
        closeQuietly(() -> transactions.close(limit));
        closeQuietly(() -> restorer.close(limit));
        closeQuietly(() -> consumer.close(CloseOptions.timeout(limit)));
    }

    private void closeQuietly(Runnable close) {
        try {
            close.run();
        } catch (RuntimeException e) {
            LOG.warn("pipeline {}: something could not be closed", plan.name(), e);
        }
    }
}
