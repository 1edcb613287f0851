package io.datastream.soak;

import io.datastream.soak.PartitionLog.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the input, and remembers it for the model; with pauses of single partitions and of all.
 *
 * <p>What is late must follow from the records alone, though the watermark of a quiet partition moves with the clock. So
 * event time goes on at the pace of the clock, and records are written in rounds, each acknowledged before the next. The
 * first record of a partition in a round has the time of now: it takes the watermark past anything that idleness can have
 * done before, as long as a round is acknowledged within the time after which a partition is idle. That is checked.
 */
final class Input implements Runnable {
    static final int METER_PARTITIONS = 6;
    static final int LEFT_PARTITIONS = 4;
    static final int RIGHT_PARTITIONS = 3;

    private static final long START =
            TimeUnit.SECONDS.toNanos(Instant.parse("2026-01-01T00:00:00Z").getEpochSecond());
    private static final long MILLI = 1_000_000;
    private static final long ROUND = 100 * MILLI;
    private static final long LONGEST_CATCH_UP = 500 * MILLI;

    private enum Pause {
        METERS_LONG,
        METERS_SHORT,
        MERGED,
        ALL_SHORT,
        ALL_LONG
    }

    private final List<PartitionLog> logs = emptyLogs();
    private final Map<PartitionLog, Long> pausedUntil = new ConcurrentHashMap<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final int rate;
    private final SplittableRandom random;
    private final Generator generator;
    private final Deck<Pause> pauses;
    private final PauseListener listener;
    private final ReentrantLock round = new ReentrantLock(true);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final long started = System.nanoTime();
    private final Thread thread = new Thread(this, "soak-input");
    private long nextPause = started + TimeUnit.SECONDS.toNanos(8);
    private long lastRound = started;
    private volatile boolean ended;
    private final AtomicLong written = new AtomicLong();
    private volatile long slowestRound;
    private final AtomicInteger pauseCount = new AtomicInteger();

    /** Learns of meters that are quiet on purpose. */
    interface PauseListener {
        /** The partition will be quiet for a while. */
        void paused(int partition);
    }

    Input(String bootstrapServers, int rate, long seed, PauseListener listener) {
        this.rate = rate;
        this.random = new SplittableRandom(seed);
        this.generator = new Generator(random.split());
        this.pauses = new Deck<>(List.of(Pause.values()), random.split());
        this.listener = listener;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "acks",
                        "all",
                        "linger.ms",
                        0,
                        "max.block.ms",
                        600_000L,
                        "delivery.timeout.ms",
                        600_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** The partitions of the input. */
    static List<PartitionLog> emptyLogs() {
        List<PartitionLog> logs = new ArrayList<>();
        Map<String, Integer> partitions = new LinkedHashMap<>();
        partitions.put(Pipelines.METERS, METER_PARTITIONS);
        partitions.put(Pipelines.LEFT, LEFT_PARTITIONS);
        partitions.put(Pipelines.RIGHT, RIGHT_PARTITIONS);
        partitions.forEach((topic, count) -> {
            for (int i = 0; i < count; i++) {
                logs.add(new PartitionLog(topic, i));
            }
        });
        return logs;
    }

    void start() {
        thread.start();
    }

    /** What was written; complete after {@link #end()}. */
    List<PartitionLog> logs() {
        return logs;
    }

    long written() {
        return written.get();
    }

    int pauses() {
        return pauseCount.get();
    }

    long slowestRoundMillis() {
        return slowestRound / MILLI;
    }

    boolean isPaused(int meterPartition) {
        Long until = pausedUntil.get(logs.get(meterPartition));
        return until != null && until > System.nanoTime();
    }

    /** Waits until everything is acknowledged, and writes nothing more until {@link #go()}. */
    void hold() {
        round.lock();
    }

    void go() {
        round.unlock();
    }

    @Override
    public void run() {
        try {
            while (!ended) {
                round.lock();
                try {
                    if (!ended) {
                        writeRound();
                    }
                } finally {
                    round.unlock();
                }
                LockSupport.parkNanos(Math.max(MILLI, lastRound + ROUND - System.nanoTime()));
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Writes the records that close everything before them, and nothing more. */
    void end() {
        round.lock();
        try {
            ended = true;
            long now = eventTime(System.nanoTime()) + TimeUnit.HOURS.toNanos(1);
            for (int i = 0; i < logs.size(); i++) {
                write(logs.get(i), Reading.end(logs.get(i).toString(), now), Kind.GOOD);
            }
            producer.flush();
        } finally {
            round.unlock();
        }
        check();
    }

    void close() {
        ended = true;
        producer.close(Duration.ofSeconds(5));
    }

    void check() {
        Throwable cause = failure.get();
        if (cause != null) {
            throw new SoakException("input: " + cause.getMessage(), cause);
        }
    }

    private long eventTime(long nanoTime) {
        return START + (nanoTime - started) / MILLI * MILLI;
    }

    private void writeRound() {
        long now = System.nanoTime();
        long due = Math.min(now - lastRound, LONGEST_CATCH_UP) * rate / 1_000_000_000L;
        lastRound = now;
        if (now > nextPause) {
            pause(now);
            nextPause = now + TimeUnit.MILLISECONDS.toNanos(10_000 + random.nextInt(10_000));
        }
        for (int i = 0; i < logs.size(); i++) {
            PartitionLog log = logs.get(i);
            if (pausedUntil.getOrDefault(log, Long.MIN_VALUE) <= now) {
                // meters get more than their share, as they have more to pass
                int count = (int) Math.max(1, due * (log.topic.equals(Pipelines.METERS) ? 3 : 2) / 32);
                generator.generate(
                        log, eventTime(now) + i * 1_000L, count, (reading, kind) -> write(log, reading, kind));
            }
        }
        producer.flush();
        long took = System.nanoTime() - now;
        slowestRound = Math.max(slowestRound, took);
        if (took > Pipelines.IDLE_AFTER.toNanos()) {
            throw new SoakException("a round of records took " + took / MILLI
                    + " ms to be acknowledged (expected: under"
                    + " idleAfter, " + Pipelines.IDLE_AFTER + ", or idleness decides what is late; the machine is too"
                    + " slow for this run)");
        }
        check();
    }

    private void write(PartitionLog log, Reading reading, Kind kind) {
        int offset = log.size();
        log.add(reading, kind);
        byte[] value = bytes(log, offset, reading, kind);
        written.incrementAndGet();
        Future<RecordMetadata> unused = producer.send(
                new ProducerRecord<>(log.topic, log.partition, reading.key().getBytes(StandardCharsets.UTF_8), value),
                (metadata, error) -> {
                    if (error != null) {
                        failure.compareAndSet(null, error);
                    } else if (metadata.offset() != offset) {
                        failure.compareAndSet(
                                null,
                                new SoakException(log + ": a record went to offset " + metadata.offset()
                                        + " (expected: " + offset + ")"));
                    }
                });
    }

    /** A record as it is written. */
    static byte[] bytes(PartitionLog log, int offset, Reading reading, Kind kind) {
        return kind == Kind.UNREADABLE
                ? ("{\"key\":\"" + log + "@" + offset).getBytes(StandardCharsets.UTF_8)
                : Pipelines.CODEC.encode(reading);
    }

    private void pause(long now) {
        pauseCount.incrementAndGet();
        switch (pauses.draw()) {
            case METERS_LONG -> pause(logs.get(random.nextInt(METER_PARTITIONS)), now, 14_000 + random.nextInt(8_000));
            case METERS_SHORT -> pause(logs.get(random.nextInt(METER_PARTITIONS)), now, 1_000 + random.nextInt(4_000));
            case MERGED ->
                pause(
                        logs.get(METER_PARTITIONS + random.nextInt(LEFT_PARTITIONS + RIGHT_PARTITIONS)),
                        now,
                        3_000 + random.nextInt(15_000));
            case ALL_SHORT -> pauseAll(now, 1_000 + random.nextInt(3_000));
            case ALL_LONG -> pauseAll(now, 12_000 + random.nextInt(4_000));
        }
    }

    private void pauseAll(long now, int millis) {
        logs.forEach(log -> pause(log, now, millis));
    }

    private void pause(PartitionLog log, long now, int millis) {
        pausedUntil.merge(log, now + millis * MILLI, Math::max);
        if (log.topic.equals(Pipelines.METERS)) {
            listener.paused(log.partition);
        }
    }
}
