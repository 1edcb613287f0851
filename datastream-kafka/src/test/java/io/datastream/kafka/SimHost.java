package io.datastream.kafka;

import io.datastream.engine.PipelineTracing;
import io.datastream.error.Late;
import io.datastream.plan.Plan;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a simulated worker asks of its controller. */
final class SimHost implements WorkerHost {
    private final Plan plan;
    private final Topology topology;
    private final KafkaSettings settings;
    private final String instance;
    private final Consumer<Late<?>> lateTaker;
    private final @Nullable PipelineTracing tracing;
    private long commits;
    boolean isPaused;
    boolean isStopped;

    SimHost(Plan plan, Topology topology, KafkaSettings settings, String instance, Consumer<Late<?>> lateTaker) {
        this.plan = plan;
        this.topology = topology;
        this.settings = settings;
        this.instance = instance;
        this.lateTaker = lateTaker;
        this.tracing =
                settings.tracing == null ? null : new PipelineTracing(settings.tracing, plan.name(), settings.meters);
    }

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
        return RecordLimits.of(settings, Map.of());
    }

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public boolean isStopped() {
        return isStopped;
    }

    @Override
    public boolean stopsCleanly() {
        return true;
    }

    @Override
    public boolean isCompleting() {
        return false;
    }

    @Override
    public boolean isPaused() {
        return isPaused;
    }

    @Override
    public void failed(Throwable error) {
        throw new IllegalStateException("only threads report failures so", error);
    }

    @Override
    public boolean isDraining() {
        return false;
    }

    @Override
    public void committed() {
        commits++;
    }

    @Override
    public long commits() {
        return commits;
    }

    @Override
    public void lateWithoutPlace(Late<?> late) {
        lateTaker.accept(late);
    }
}
