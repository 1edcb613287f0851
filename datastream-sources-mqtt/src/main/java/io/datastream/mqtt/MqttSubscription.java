package io.datastream.mqtt;

import io.datastream.log.LogException;
import io.datastream.log.LogFullException;
import io.datastream.mqtt.MqttStatus.State;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription that runs: one thread that reads messages, keeps them in the log, and acknowledges them, one batch after
 * the other. While the log keeps nothing it reads nothing, so the broker stops sending. Made by {@link MqttSource#start()}.
 */
public final class MqttSubscription implements AutoCloseable {
    /** What it does, and what it waits for: seen together or not at all. */
    private record Doing(State state, String waitsFor) {}

    private static final Logger LOG = LoggerFactory.getLogger(MqttSubscription.class);
    private static final Duration FIRST_WAIT_FOR_ROOM = Duration.ofMillis(20);
    private static final Duration LONGEST_WAIT_FOR_ROOM = Duration.ofSeconds(1);
    private static final int TICKS_PER_KEEP_ALIVE = 8;
    private static final long LONGEST_TICK_MILLIS = 500; // a broker may want a shorter keep-alive
    private static final int WAIT_MILLIS = 20;
    private static final int WAITS_FOR_A_BATCH = 100;

    private final MqttSource<?> source;
    private final Counts counts = new Counts();
    private final Thread thread;
    private final ScheduledExecutorService timer;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** What came of the first attempt: null unless the broker refused. */
    private final CompletableFuture<@Nullable RefusedException> first = new CompletableFuture<>();

    private volatile Doing doing;
    private volatile @Nullable Connection current;

    // of the thread
    private boolean wasSubscribed;
    private Duration pause;
    private String told = "";

    private MqttSubscription(MqttSource<?> source) {
        this.source = source;
        this.pause = source.firstPause;
        this.doing = new Doing(State.CONNECTING, theBroker());
        this.thread = new Thread(this::run, "datastream-mqtt-" + source.clientId);
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread ticking = new Thread(task, "datastream-mqtt-" + source.clientId + "-timer");
            ticking.setDaemon(true);
            return ticking;
        });
    }

    static MqttSubscription start(MqttSource<?> source) {
        MqttSubscription started = new MqttSubscription(source);
        long period = Math.min(source.keepAlive.toMillis() / TICKS_PER_KEEP_ALIVE, LONGEST_TICK_MILLIS);
        var unused = started.timer.scheduleWithFixedDelay(started::tick, period, period, TimeUnit.MILLISECONDS);
        started.thread.start();
        RefusedException refused = started.first.join();
        if (refused != null) {
            started.close();
            throw new MqttException(source + ": " + refused.getMessage(), refused);
        }
        return started;
    }

    private void tick() {
        Connection connection = current;
        if (connection != null) {
            connection.tick();
        }
    }

    private void run() {
        try {
            while (!isClosing()) {
                attempt();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("{}: ended by an error of this program", source, e);
            doing = new Doing(State.CLOSED, "nothing: ended by " + e);
            throw e;
        } finally {
            if (doing.state() != State.CLOSED) {
                doing = new Doing(State.CLOSED, "nothing: it is closed");
            }
            first.complete(null);
        }
    }

    /** One connection, from its beginning to its end. */
    private void attempt() {
        Connection connection = null;
        try {
            connection = Connection.open(source, counts);
            current = connection;
            begin(connection);
            while (!isClosing()) {
                exchange(connection);
            }
        } catch (RefusedException e) {
            if (first.complete(e)) {
                closing.countDown(); // whoever starts is told
                return;
            }
            lost(connection, e);
        } catch (IOException e) {
            first.complete(null);
            lost(connection, e);
        } finally {
            if (connection != null) {
                if (isClosing()) {
                    connection.leave();
                }
                connection.close();
            }
            current = null;
        }
    }

    private void begin(Connection connection) throws IOException {
        boolean resumed = connection.isSessionPresent();
        if (wasSubscribed && source.hasSession() && !resumed) {
            counts.sessionsLost.incrementAndGet();
            LOG.warn("{}: the broker has forgotten the session; what was published meanwhile did not arrive", source);
        }
        if (wasSubscribed && resumed) {
            connection.isSubscribed(); // asking again would bring all retained messages again
            confirmed(connection);
        } else {
            doing = new Doing(State.CONNECTING, theBroker() + " to confirm the topics");
            connection.subscribe();
        }
    }

    private void confirmed(Connection connection) {
        counts.connections.incrementAndGet();
        wasSubscribed = true;
        told = "";
        waiting();
        LOG.info(
                "{}: subscribed to {}{}",
                source,
                source.topics.stream().map(topic -> topic.pattern().toString()).toList(),
                connection.isSessionPresent() ? ", going on with the session" : "");
        first.complete(null);
    }

    private void waiting() {
        doing = new Doing(State.SUBSCRIBED, "messages");
    }

    /** Reads what has come, keeps it, and acknowledges it. */
    private void exchange(Connection connection) throws IOException {
        boolean before = connection.isConfirmed();
        Batch batch = new Batch();
        IOException broken = null;
        try {
            connection.read(batch);
        } catch (IOException e) {
            broken = e; // what was read before is worth keeping: with QoS 0 it does not come again
        }
        if (!before && connection.isConfirmed()) {
            confirmed(connection);
        }
        boolean kept = keep(batch);
        if (broken != null) {
            throw broken;
        }
        if (kept) {
            connection.acknowledge(batch);
        }
    }

    /** Returns when the batch is durable, or false if the subscription is closed before. */
    private boolean keep(Batch batch) {
        if (batch.records.isEmpty()) {
            return true;
        }
        Duration wait = FIRST_WAIT_FOR_ROOM;
        while (true) {
            try {
                source.log.append(batch.records, null);
                counts.kept.addAndGet(batch.records.size());
                if (doing.state() == State.HELD_BACK) {
                    LOG.info("{}: the log keeps messages again", source);
                    told = "";
                    waiting();
                }
                return true;
            } catch (LogException e) {
                heldBack(e);
            }
            if (await(wait)) {
                counts.unkept.addAndGet(batch.unrepeatable);
                LOG.warn(
                        "{}: closed while the log could not keep {} messages; {} of them with QoS 0, which do not come again",
                        source,
                        batch.records.size(),
                        batch.unrepeatable);
                return false;
            }
            wait = shorter(wait.multipliedBy(2), LONGEST_WAIT_FOR_ROOM);
        }
    }

    private void heldBack(LogException e) {
        boolean full = e instanceof LogFullException;
        String waitsFor = (full ? "room in the log: " : "a log that can write: ") + e.getMessage();
        doing = new Doing(State.HELD_BACK, waitsFor);
        first.complete(null);
        if (!told.equals(full ? "full" : waitsFor)) {
            told = full ? "full" : waitsFor; // its numbers change all the time
            LOG.warn("{}: no messages are taken: {}", source, waitsFor);
        }
    }

    /** Says why there is no connection, once, and waits before the next attempt. */
    private void lost(@Nullable Connection connection, IOException e) {
        if (isClosing()) {
            return;
        }
        String why = e instanceof RefusedException ? String.valueOf(e.getMessage()) : describe(e);
        if (connection != null && connection.isConfirmed() && connection.age().compareTo(source.longestPause) > 0) {
            pause = source.firstPause;
        }
        doing = new Doing(State.CONNECTING, theBroker() + ": " + why);
        if (!why.equals(told)) {
            told = why;
            if (e instanceof RefusedException) {
                LOG.error("{}: {}; tried again until it is accepted", source, why);
            } else {
                LOG.warn("{}: no connection: {}; tried again", source, why);
            }
        }
        long half = Math.max(1, pause.toMillis() / 2);
        await(Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1)));
        pause = shorter(pause.multipliedBy(2), source.longestPause);
    }

    private String theBroker() {
        return "the broker at " + source.host + ":" + source.port;
    }

    private static String describe(IOException e) {
        String message = e.getMessage();
        boolean isOurs = e.getClass() == IOException.class || e instanceof java.io.EOFException;
        return isOurs && message != null ? message : e.toString();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** Waits; true if the subscription is closed meanwhile. */
    private boolean await(Duration time) {
        try {
            return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing.countDown(); // nobody interrupts it but to end it
            return true;
        }
    }

    /** How it is. */
    public MqttStatus status() {
        Doing now = doing;
        return new MqttStatus(
                now.state(),
                now.waitsFor(),
                counts.received.get(),
                counts.kept.get(),
                counts.repeated.get(),
                counts.unasked.get(),
                counts.tooLarge.get(),
                counts.unkept.get(),
                counts.connections.get(),
                counts.sessionsLost.get(),
                source.log.status());
    }

    /**
     * Takes leave of the broker, which publishes no will, and ends; returns when the thread has, which an attempt to
     * connect may delay by {@link MqttSource#withConnectTime}. What was not acknowledged the broker keeps for the next start.
     * The log stays open. May be called twice.
     */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        for (int waits = 0; thread.isAlive(); waits++) {
            Connection connection = current;
            // a batch that is being kept is acknowledged before, unless that takes long
            if (connection != null && (connection.isReading() || waits > WAITS_FOR_A_BATCH)) {
                connection.leave();
            }
            try {
                thread.join(WAIT_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        timer.shutdownNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who is connected where. */
    @Override
    public String toString() {
        return source.toString();
    }
}
