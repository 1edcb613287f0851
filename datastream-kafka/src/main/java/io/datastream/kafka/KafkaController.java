package io.datastream.kafka;

import io.datastream.engine.LogFields;
import io.datastream.engine.PipelineTracing;
import io.datastream.error.Late;
import io.datastream.kafka.internal.RefusedException;
import io.datastream.plan.Plan;
import io.datastream.runtime.Explanations;
import io.datastream.runtime.Lifecycle;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.runtime.RestartPolicy;
import io.datastream.runtime.StepCounts;
import io.datastream.time.EventTime;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a pipeline on Kafka: starts its workers, and starts them again after a failure. */
final class KafkaController implements PipelineController, WorkerHost, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaController.class);

    /** How long workers that were told to stop may wait for Kafka and for sinks. */
    private static final long STOP_LIMIT = TimeUnit.SECONDS.toNanos(6);

    private final Plan plan;
    private final KafkaSettings settings;
    private final AdminClient admin;
    private final ClientMeters clientMeters;
    private final @Nullable PipelineTracing tracing;
    private final String instance;
    private final Map<Part, Broker> parts = new LinkedHashMap<>();
    private final Topology topology;
    private final TopicLimits topicLimits;
    private final BrokerWatch watch;
    private final Rights rights;
    private final AtomicLong commits = new AtomicLong();
    private final Lifecycle lifecycle;
    private final Thread thread;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong lateWithoutPlace = new AtomicLong();
    private volatile List<KafkaWorker> workers = List.of();
    private volatile boolean workersStopped;
    private volatile boolean completing;
    private volatile boolean stopRequested;
    private volatile long stopRequestedAt;
    private volatile RecordLimits recordLimits;
    private @Nullable Throwable firstCause;
    private volatile boolean drainRequested;
    private volatile boolean paused;
    private int restartsInARow;

    KafkaController(
            Plan plan,
            KafkaSettings settings,
            String instance,
            AdminClient admin,
            Topology topology,
            List<Part> parts,
            Rights rights) {
        this.plan = plan;
        this.settings = settings;
        this.admin = admin;
        this.clientMeters = new ClientMeters(settings.meters, plan.name());
        this.tracing =
                settings.tracing == null ? null : new PipelineTracing(settings.tracing, plan.name(), settings.meters);
        parts.forEach(part -> this.parts.put(part, new AdminBroker(settings, part.group(), admin, clientMeters)));
        this.instance = instance;
        this.topology = topology;
        this.topicLimits = new TopicLimits(admin, topology);
        this.recordLimits = RecordLimits.of(settings, Map.of());
        this.watch = new BrokerWatch(admin, settings);
        this.rights = rights;
        this.lifecycle = new Lifecycle(plan.name());
        this.thread = new Thread(this, "datastream-" + plan.name() + "-controller");
    }

    void start() {
        clientMeters.add(admin);
        thread.start();
    }

    @Override
    public void run() {
        LogFields.pipeline(plan.name());
        try {
            boolean goesOn = true;
            while (goesOn) {
                goesOn = attempt();
            }
        } catch (Throwable e) { // whatever it is, those who wait for the pipeline must learn of it
            failed(e); // workers must end as well
            lifecycle.fail(rights.told(e));
        } finally {
            clientMeters.close();
            admin.close(Duration.ofSeconds(2));
        }
    }

    /** Runs workers until they are done or one fails. Returns whether to try again. */
    private boolean attempt() {
        failure.set(null);
        workersStopped = false;
        recordLimits = RecordLimits.of(settings, topicLimits.read());
        long started = System.nanoTime();
        List<Thread> threads = startWorkers();
        lifecycle.become(paused ? PipelineState.PAUSED : PipelineState.RUNNING);
        long lastLook = 0;
        while (failure.get() == null && !stopRequested && !(drainRequested && isCaughtUp())) {
            Pause.millis(5);
            watch.look(System.nanoTime());
            if (settings.readToEnd && System.nanoTime() - lastLook > TimeUnit.MILLISECONDS.toNanos(200)) {
                lastLook = System.nanoTime();
                if (isFinished()) {
                    completing = true;
                    break;
                }
            }
        }
        if (failure.get() == null && !completing) {
            lifecycle.become(PipelineState.STOPPING);
        }
        workersStopped = true;
        threads.forEach(this::joinWorker);
        Throwable cause = failure.get();
        if (cause == null) {
            lifecycle.become(completing ? PipelineState.COMPLETED : PipelineState.STOPPED);
            return false;
        }
        return restartsAfter(cause, System.nanoTime() - started);
    }

    private List<Thread> startWorkers() {
        List<KafkaWorker> made = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try {
            for (Map.Entry<Part, Broker> part : parts.entrySet()) {
                for (int i = 0; i < settings.threads; i++) {
                    KafkaWorker worker = new KafkaWorker(this, part.getKey(), part.getValue(), i);
                    made.add(worker);
                    threads.add(new Thread(worker, "datastream-" + part.getKey().group() + "-worker-" + i));
                }
            }
        } catch (RuntimeException e) {
            made.forEach(KafkaWorker::close);
            throw e;
        }
        workers = List.copyOf(made);
        threads.forEach(Thread::start);
        return threads;
    }

    /** Waits for a worker to end. After a call of stop it may not take long. */
    private void joinWorker(Thread worker) {
        while (worker.isAlive()) {
            Pause.millis(5);
            watch.look(System.nanoTime());
            if (stopRequested && !completing && System.nanoTime() - stopRequestedAt > STOP_LIMIT) {
                workers.forEach(KafkaWorker::giveUp);
            }
        }
    }

    private boolean restartsAfter(Throwable cause, long lived) {
        RestartPolicy policy = settings.restartPolicy;
        if (lived > policy.healthyAfter().toNanos()) {
            restartsInARow = 0;
        }
        if (isFinal(cause)) {
            lifecycle.fail(cause);
            return false;
        }
        Throwable first = restartsInARow == 0 || firstCause == null ? cause : firstCause;
        firstCause = first;
        if (restartsInARow >= policy.limit() || stopRequested) {
            if (!first.toString().equals(cause.toString())) {
                first.addSuppressed(cause);
            }
            lifecycle.fail(first);
            return false;
        }
        restartsInARow++;
        lifecycle.restartAfter(cause);
        long end = System.nanoTime() + policy.pause(restartsInARow).toNanos();
        while (System.nanoTime() < end && !stopRequested) {
            Pause.millis(10);
            watch.look(System.nanoTime());
        }
        return true;
    }

    private static boolean isFinal(Throwable cause) {
        return cause instanceof EditedPipelineException || cause instanceof RefusedException;
    }

    /** Whether all workers have read and committed all there is, and none has committed anything since they looked. */
    private boolean isCaughtUp() {
        long count = commits.get();
        boolean any = false;
        for (KafkaWorker worker : workers) {
            if (!worker.report.origins().isEmpty()) {
                if (worker.caughtUpAt != count) {
                    return false;
                }
                any = true;
            }
        }
        return any && count == commits.get();
    }

    /** Whether all partitions have been read to their ends and committed, here or by another process of the group. */
    private boolean isFinished() {
        for (KafkaWorker worker : workers) {
            if (!worker.report.origins().isEmpty() && !worker.finished) {
                return false;
            }
        }
        return parts.entrySet().stream().allMatch(part -> isFinished(part.getKey(), part.getValue()));
    }

    private boolean isFinished(Part part, Broker broker) {
        List<TopicPartition> all = new ArrayList<>();
        part.topics().forEach(topic -> all.addAll(TopicAdmin.all(topic, topology.partitions(topic))));
        try {
            Map<TopicPartition, @Nullable OffsetAndMetadata> offsets = broker.offsets(all, false);
            for (TopicPartition partition : all) {
                OffsetAndMetadata offset = offsets.get(partition);
                if (offset == null
                        || !OffsetMeta.decode(partition.toString(), offset.offset(), offset.metadata())
                                .ended()) {
                    return false;
                }
            }
            return true;
        } catch (Broker.NotNowException e) {
            LOG.debug("pipeline {}: committed positions cannot be read now", plan.name(), e);
            return false;
        } catch (KafkaException e) {
            failed(e);
            return false;
        }
    }

    // what workers ask

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public Topology topology() {
        return topology;
    }

    @Override
    public KafkaSettings settings() {
        return settings;
    }

    @Override
    public @Nullable PipelineTracing tracing() {
        return tracing;
    }

    @Override
    public RecordLimits recordLimits() {
        return recordLimits;
    }

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public boolean isDraining() {
        return drainRequested;
    }

    @Override
    public long commits() {
        return commits.get();
    }

    @Override
    public void committed() {
        commits.incrementAndGet();
    }

    @Override
    public boolean isStopped() {
        return workersStopped || failure.get() != null;
    }

    @Override
    public boolean stopsCleanly() {
        return failure.get() == null;
    }

    @Override
    public boolean isCompleting() {
        return completing;
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    @Override
    public void failed(Throwable error) {
        failure.compareAndSet(null, rights.told(error));
    }

    @Override
    public void lateWithoutPlace(Late<?> late) {
        if (lateWithoutPlace.incrementAndGet() == 1) {
            LOG.warn(
                    "pipeline {}: {} is too late for step {}: at {}, watermark {}. It is counted; lateTo(sink) would keep"
                            + " it. Further ones are counted without a message.",
                    plan.name(),
                    late.place(),
                    late.step(),
                    EventTime.describe(late.timeNanos()),
                    EventTime.describe(late.watermarkNanos()));
        }
    }

    // what users ask

    @Override
    public String name() {
        return plan.name();
    }

    @Override
    public PipelineState state() {
        return lifecycle.state();
    }

    @Override
    public void pause() {
        paused = true;
        lifecycle.become(PipelineState.PAUSED);
    }

    @Override
    public void resume() {
        paused = false;
        if (lifecycle.state() == PipelineState.PAUSED) {
            lifecycle.become(PipelineState.RUNNING);
        }
    }

    @Override
    public void drain() {
        paused = false;
        lifecycle.become(PipelineState.DRAINING);
        drainRequested = true;
        try {
            lifecycle.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        if (!stopRequested) {
            stopRequestedAt = System.nanoTime();
            stopRequested = true;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
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

    @Override
    public void awaitTermination() throws InterruptedException {
        lifecycle.await();
    }

    @Override
    public boolean awaitTermination(Duration limit) throws InterruptedException {
        return lifecycle.await(limit);
    }

    @Override
    public Optional<Throwable> failure() {
        return lifecycle.failure();
    }

    @Override
    public PipelineStatus status() {
        List<PipelineStatus.OriginStatus> origins = new ArrayList<>();
        List<PipelineStatus.StageStatus> stages = new ArrayList<>();
        StepCounts steps = new StepCounts();
        List<String> waits = new ArrayList<>();
        Holds holds = new Holds();
        boolean ended = lifecycle.state().isFinal();
        String away = watch.words();
        if (away != null && !ended) {
            waits.add(away);
        }
        for (KafkaWorker worker : workers) {
            WorkerReport report = worker.report;
            origins.addAll(report.origins());
            stages.addAll(report.stages());
            waits.addAll(ended ? List.of() : worker.waitingFor());
            holds.addAll(report.holds());
            report.steps().forEach(steps::add);
        }
        origins.sort(Comparator.comparing(PipelineStatus.OriginStatus::name));
        waits.addAll(ended ? List.of() : holds.tell(plan, topology, System.nanoTime()));
        if (paused) {
            waits.add("the pipeline is paused");
        }
        boolean knowsPartitions = workers.stream().allMatch(KafkaWorker::isAssigned);
        if (origins.isEmpty() && !knowsPartitions && lifecycle.state() == PipelineState.RUNNING) {
            waits.add("no partition is assigned yet");
        }
        return new PipelineStatus(
                plan.name(),
                lifecycle.state(),
                origins,
                stages,
                steps.sums(),
                waits,
                lifecycle.restarts(),
                lifecycle.lastError());
    }

    @Override
    public Explanations explanations() {
        return new Explanations(
                plan,
                () -> workers.stream()
                        .flatMap(worker -> worker.journals.stream())
                        .toList());
    }

    @Override
    public MeterRegistry meters() {
        return settings.meters;
    }

    @Override
    public void close() {
        stop();
    }
}
