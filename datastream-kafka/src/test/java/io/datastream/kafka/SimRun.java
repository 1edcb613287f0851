package io.datastream.kafka;

import io.datastream.error.Late;
import io.datastream.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One run of a pipeline on the simulated Kafka, from a seed: workers come and go, and take turns at random on one thread.
 * While a call of one takes long, the others go on.
 */
final class SimRun {
    private static final long MILLI = SimKafka.MILLI;
    private static final int MOST_TURNS = 60_000;

    /** How long after the last arrival, and after all trouble, the last window must have closed. */
    private static final long MOST_WAIT = 60_000 * MILLI;

    final long seed;
    final SimKafka kafka;
    final Map<String, Map<String, List<String>>> expected;

    private final SplittableRandom random;
    private final Topology topology;
    private final Plan plan;
    private final Part part;
    private final KafkaSettings settings;
    private final SimTracing tracing = new SimTracing();
    private final SplittableRandom versions;
    /** Whether some workers are of a version without tracing. */
    private final boolean isMixed;

    private final int mostRecords;
    private final long lastArrival;
    private final List<Slot> slots = new ArrayList<>();
    private int started;
    private long troubleUntil;
    private long calmSince = Long.MAX_VALUE;
    private int turns;
    private @Nullable KafkaException failure;

    /** A place for a worker; when its process dies, another one may take it. */
    private static final class Slot {
        SimProcess process;
        SimHost host;
        KafkaWorker worker;
        WorkerReport lastReport = WorkerReport.NONE;
        long startAt;
    }

    private SimRun(long seed) throws Exception {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.versions = new SplittableRandom(~seed);
        this.isMixed = versions.nextInt(4) == 0;
        this.kafka = new SimKafka(new SimFaults(random.split()));
        int exchangePartitions = 1 + random.nextInt(3);
        SimPipeline pipeline = SimPipeline.draw(random.split(), kafka, exchangePartitions);
        this.plan = pipeline.plan();
        this.expected = pipeline.expected();
        this.lastArrival = pipeline.lastArrival();
        this.topology = Topology.of(plan);
        this.part = topology.parts().get(0); // topics cut none of them
        this.mostRecords = 5 + random.nextInt(random.nextBoolean() ? 20 : 200);
        this.settings = new KafkaSettings("simulated").with(s -> {
            s.readToEnd = lastArrival == 0;
            s.commitInterval = Duration.ofMillis(10 + random.nextInt(150));
        });
        makeTopics(exchangePartitions);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            slots.add(new Slot());
        }
        troubleUntil = kafka.now() + (2_000 + random.nextInt(40_000)) * MILLI;
    }

    private void makeTopics(int exchangePartitions) {
        Map<String, Integer> partitions = new HashMap<>();
        for (String topic : topology.inputs()) {
            partitions.put(topic, kafka.partitions(topic));
        }
        for (String topic : topology.exchanges()) {
            kafka.create(topic, exchangePartitions);
            partitions.put(topic, exchangePartitions);
        }
        topology.setPartitions(partitions);
        partitions.forEach((topic, count) -> {
            String changelog = topology.changelogOf(topic);
            if (changelog != null) {
                kafka.create(changelog, count);
            }
        });
        for (String topic : topology.sinkTopics()) {
            kafka.create(topic, 1 + random.nextInt(3));
        }
    }

    /** Runs it. Returns what happened; throws if the results are not those expected. */
    static SimCounts run(long seed) throws Exception {
        SimRun run = new SimRun(seed);
        try {
            run.go();
            run.check();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e + "\n" + run.kafka.openTransactions() + "\n" + run.whatWasWaitedFor()
                            + "\n" + run.kafka.trace,
                    e);
        }
        run.kafka.counts.runs++;
        run.kafka.counts.turns += run.turns;
        return run.kafka.counts;
    }

    private List<String> whatWasWaitedFor() {
        return slots.stream()
                .map(slot -> (slot.worker == null ? "no worker" : slot.worker.waitingFor()) + " "
                        + slot.lastReport.origins())
                .toList();
    }

    private void go() {
        while (!isFinished()) {
            if (turns > MOST_TURNS) {
                throw new AssertionError("not finished after " + turns + " turns");
            }
            calmDownInTime();
            trouble();
            Slot slot = slots.get(random.nextInt(slots.size()));
            turn(slot);
        }
        kafka.faults.end();
        for (Slot slot : slots) {
            stop(slot);
        }
        kafka.advance(20_000 * MILLI);
    }

    private void calmDownInTime() {
        if (kafka.faults.areOn() && kafka.now() > troubleUntil) {
            kafka.faults.end();
            calmSince = kafka.now();
            kafka.trace.add(kafka.now(), "", "from now on all goes well", "");
        }
    }

    /** What others than the workers do. */
    private void trouble() {
        if (!kafka.faults.areOn()) {
            return;
        }
        if (kafka.faults.fences()) {
            List<String> ids = kafka.transactions.ids();
            if (!ids.isEmpty()) {
                String id = ids.get(random.nextInt(ids.size()));
                kafka.trace.add(kafka.now(), "someone", "fences", id);
                kafka.transactions.init(id);
            }
        }
        if (random.nextInt(100) == 0) {
            kafka.logs().stream()
                    .filter(log -> log.partition.topic().endsWith("-changelog"))
                    .forEach(SimLog::compact);
        }
        Slot slot = slots.get(random.nextInt(slots.size()));
        if (slot.host != null && random.nextInt(200) == 0) {
            slot.host.isPaused = !slot.host.isPaused;
        }
        if (random.nextInt(500) == 0) {
            stop(slot);
        }
        if (slots.size() < 3 && random.nextInt(500) == 0) {
            slots.add(new Slot());
        }
    }

    private void turn(Slot slot) {
        if (slot.process != null && slot.process.isRunning) {
            return;
        }
        turns++;
        if (slot.worker == null) {
            if (kafka.now() < slot.startAt) {
                kafka.advance(MILLI);
                return;
            }
            if (slot.process == null || random.nextBoolean() || !slot.process.isDead) {
                slot.process = null;
            }
            start(slot);
            return;
        }
        run(slot, () -> {
            if (!kafka.faults.areOn()) {
                slot.host.isPaused = false;
            }
            slot.worker.turn();
            slot.lastReport = slot.worker.report;
        });
    }

    private void start(Slot slot) {
        // a process that is started again may have the name it had
        String name = slot.process == null ? "w" + started++ : slot.process.instance;
        slot.process = new SimProcess(name, kafka, kafka.faults, this::meanwhile);
        boolean traces = !isMixed || versions.nextBoolean();
        KafkaSettings own = settings.with(s -> {
            s.meters = SimMeters.NONE;
            s.tracing = traces ? tracing : null;
        });
        slot.host = new SimHost(plan, topology, own, name, this::late);
        run(slot, () -> {
            slot.worker = new KafkaWorker(
                    slot.host,
                    part,
                    SimProxy.of(Broker.class, slot.process, new SimBroker(kafka, slot.process, mostRecords)),
                    0);
            slot.worker.open();
        });
    }

    /** What arrives in time is never late, whatever happens to those who wait for it. */
    private void late(Late<?> late) {
        if (lastArrival > 0) {
            throw new AssertionError("late: " + late);
        }
    }

    /** Lets a worker do something. */
    private void run(Slot slot, Runnable action) {
        SimProcess process = slot.process;
        process.isRunning = true;
        try {
            action.run();
        } catch (SimCrash e) {
            if (e.process != process) {
                throw e;
            }
            kafka.counts.crashes++;
            slot.worker = null;
            slot.startAt = kafka.now() + random.nextInt(3_000) * MILLI;
        } catch (KafkaException e) {
            // as a controller does: the worker is closed and another one started
            kafka.trace.add(kafka.now(), process.instance, "FAILS", e);
            kafka.counts.failures++;
            failure = e;
            close(slot);
        } finally {
            process.isRunning = false;
        }
    }

    private void close(Slot slot) {
        KafkaWorker worker = slot.worker;
        slot.worker = null;
        slot.startAt = kafka.now() + random.nextInt(1_000) * MILLI;
        SimProcess process = slot.process;
        if (worker != null) {
            try {
                worker.close();
            } catch (SimCrash e) {
                if (e.process != process) {
                    throw e;
                }
            }
        }
        process.isDead = true;
    }

    private void stop(Slot slot) {
        if (slot.worker == null || slot.process.isRunning) {
            return;
        }
        kafka.trace.add(kafka.now(), slot.process.instance, "is to stop", "");
        slot.host.isStopped = true;
        run(slot, () -> {
            try {
                slot.worker.end();
            } catch (IllegalStateException e) {
                if (!String.valueOf(e.getMessage()).startsWith("stopped before the outcome of a commit was known")) {
                    throw e;
                }
                kafka.trace.add(kafka.now(), slot.process.instance, "stops", e.getMessage());
            }
            slot.worker.close();
        });
        slot.process.isDead = true;
        slot.worker = null;
        slot.startAt = kafka.now() + random.nextInt(2_000) * MILLI;
    }

    /** The others go on while a process waits. */
    private void meanwhile(SimProcess waiting, long nanos) {
        long until = kafka.now() + nanos;
        while (kafka.now() < until) {
            calmDownInTime();
            Slot slot = slots.get(random.nextInt(slots.size()));
            if (slot.process != null && slot.process.isRunning) {
                kafka.advance(Math.min(5 * MILLI, until - kafka.now()));
            } else if (turns > MOST_TURNS) {
                throw new AssertionError("not finished after " + turns + " turns");
            } else {
                turn(slot);
            }
        }
    }

    private boolean isFinished() {
        return lastArrival == 0 ? isReadToEnd() : areWindowsClosed();
    }

    /** Whether all results are there, or had time to be. */
    private boolean areWindowsClosed() {
        if (kafka.now() < lastArrival || turns % 20 != 0) {
            return false;
        }
        return kafka.now() - MOST_WAIT > Math.max(lastArrival, calmSince)
                || expected.entrySet().stream().allMatch(entry -> results(entry.getKey()) >= count(entry.getValue()));
    }

    private int results(String topic) {
        return kafka.logs(topic).stream()
                .mapToInt(log -> log.committed().size())
                .sum();
    }

    private static int count(Map<String, List<String>> byKey) {
        return byKey.values().stream().mapToInt(List::size).sum();
    }

    /** Whether all partitions are committed as read to their ends, as a controller looks. */
    private boolean isReadToEnd() {
        Set<TopicPartition> all = kafka.partitionsOf(part.topics());
        for (TopicPartition partition : all) {
            OffsetAndMetadata offset = kafka.committed(partition);
            if (offset == null
                    || !OffsetMeta.decode(partition.toString(), offset.offset(), offset.metadata())
                            .ended()) {
                return false;
            }
        }
        return true;
    }

    /** A worker without tracing breaks a trace off, and does no more than that. */
    private void checkTrace(String topic, String line, @Nullable Headers headers) {
        String fault = SimTracing.fault(topic, line, headers);
        boolean isBrokenOff = fault != null && isMixed && (headers == null || headers.toArray().length == 0);
        if (fault != null && !isBrokenOff) {
            throw new AssertionError(fault);
        }
        if (isMixed && headers != null && headers.toArray().length > 0) {
            kafka.counts.tracesKept++;
        }
        kafka.counts.tracesBrokenOff += isBrokenOff ? 1 : 0;
    }

    private void check() {
        Map<String, Map<String, List<String>>> found = new LinkedHashMap<>();
        for (String topic : expected.keySet()) {
            List<String> lines = new ArrayList<>();
            for (SimLog log : kafka.logs(topic)) {
                if (log.stableEnd() != log.end()) {
                    throw new AssertionError(log.partition + " holds an open transaction");
                }
                for (SimLog.Entry entry : log.committed()) {
                    String line = new String(entry.value(), StandardCharsets.UTF_8);
                    checkTrace(topic, line, entry.headers());
                    lines.add(line);
                }
            }
            found.put(topic, Runs.byKey(lines));
        }
        expected.forEach((topic, byKey) -> {
            if (!byKey.equals(found.get(topic))) {
                throw new AssertionError(
                        "results in " + topic + " differ:\n found " + found.get(topic) + "\n expected " + byKey);
            }
        });
        if (tracing.isNested) {
            throw new AssertionError("a span was begun within another one");
        }
        if (kafka.counts.failures > 0) {
            throw new AssertionError(kafka.counts.failures + " workers failed, the last by " + failure, failure);
        }
        if (kafka.counts.needlessFences > 0) {
            throw new AssertionError(kafka.counts.needlessFences + " needless fences");
        }
    }
}
