package io.datastream.feed;

import io.datastream.codec.CodecException;
import io.datastream.feed.FeedStatus.State;
import io.datastream.log.DurableLog;
import io.datastream.log.LogException;
import io.datastream.log.LogFullException;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
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
 * A subscription that runs: one thread that reads events and keeps them in the log, one batch after the other. While the log
 * keeps nothing it reads nothing, so the server can send no more. Made by {@link SseSource#start()} and {@link
 * WebSocketSource#start()}.
 */
public final class FeedSubscription implements AutoCloseable {
    /** What it does, and what it waits for: seen together or not at all. */
    private record Doing(State state, String waitsFor) {}

    private static final Logger LOG = LoggerFactory.getLogger(FeedSubscription.class);
    private static final Duration FIRST_WAIT_FOR_ROOM = Duration.ofMillis(20);
    private static final Duration LONGEST_WAIT_FOR_ROOM = Duration.ofSeconds(1);
    private static final Duration SETTLED = Duration.ofSeconds(1);
    private static final int TICKS_PER_IDLE_TIME = 8;
    private static final long LONGEST_TICK_MILLIS = 500;
    private static final int WAIT_MILLIS = 20;

    private final String name;
    private final FeedOptions options;
    private final DurableLog log;
    private final FeedProtocol protocol;
    private final Counts counts = new Counts();
    private final Thread thread;
    private final ScheduledExecutorService timer;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** What came of the first attempt: null unless the server refused. */
    private final CompletableFuture<@Nullable RefusedException> first = new CompletableFuture<>();

    private volatile Doing doing;
    private volatile @Nullable FeedConnection current;

    /** Behind which event a new connection goes on. */
    private volatile String position;

    /** What keys of batches begin with: each start has its own. */
    private final String keys = UUID.randomUUID() + "-";

    // of the thread
    private long batches;
    private Duration firstPause;
    private Duration pause;
    private String told = "";

    private FeedSubscription(String name, FeedOptions options, DurableLog log, FeedProtocol protocol, String position) {
        this.name = name;
        this.options = options;
        this.log = log;
        this.protocol = protocol;
        this.position = position;
        this.firstPause = options.firstPause;
        this.pause = options.firstPause;
        this.doing = new Doing(State.CONNECTING, theServer());
        this.thread = new Thread(this::run, "datastream-feed-" + options.uri.getHost());
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread ticking = new Thread(task, "datastream-feed-" + options.uri.getHost() + "-timer");
            ticking.setDaemon(true);
            return ticking;
        });
    }

    static FeedSubscription start(String name, FeedOptions options, DurableLog log, FeedProtocol protocol) {
        FeedSubscription started = new FeedSubscription(name, options, log, protocol, lastPosition(name, log));
        long period = Math.min(options.idleTime.toMillis() / TICKS_PER_IDLE_TIME, LONGEST_TICK_MILLIS);
        var unused = started.timer.scheduleWithFixedDelay(started::tick, period, period, TimeUnit.MILLISECONDS);
        started.thread.start();
        RefusedException refused = started.first.join();
        if (refused != null) {
            started.close();
            throw new FeedException(name + ": " + refused.getMessage(), refused);
        }
        return started;
    }

    private static String lastPosition(String name, DurableLog log) {
        byte[] last = log.last();
        try {
            return last == null ? "" : Kept.decode(last).position;
        } catch (CodecException e) {
            throw new IllegalStateException(name + ": " + e.getMessage() + " in " + log, e);
        }
    }

    private void tick() {
        FeedConnection connection = current;
        if (connection != null) {
            connection.tick();
        }
    }

    private void run() {
        try {
            while (!isClosing() && doing.state() != State.ENDED) {
                attempt();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("{}: ended by an error of this program", name, e);
            doing = new Doing(State.CLOSED, "nothing: ended by " + e);
            throw e;
        } finally {
            first.complete(null);
        }
    }

    /** One connection, from its beginning to its end. */
    private void attempt() {
        FeedConnection connection = null;
        long since = System.nanoTime();
        long keptBefore = counts.kept.get();
        try {
            connection = protocol.connect(position, counts);
            current = connection;
            connected();
            while (true) {
                exchange(connection); // until it ends, or is closed by whoever ends the subscription
            }
        } catch (EndedException e) {
            doing = new Doing(State.ENDED, "nothing: " + e.getMessage());
            LOG.warn("{}: {}; it is not asked again", name, e.getMessage());
        } catch (RefusedException e) {
            if (first.complete(e)) {
                closing.countDown(); // whoever starts is told
                return;
            }
            lost(e);
        } catch (IOException e) {
            first.complete(null);
            if (connection != null) {
                learn(connection, counts.kept.get() > keptBefore, Duration.ofNanos(System.nanoTime() - since));
            }
            lost(e);
        } finally {
            if (connection != null) {
                connection.close();
            }
            current = null;
        }
    }

    private void connected() {
        counts.connections.incrementAndGet();
        boolean resumes = protocol.canResume(position);
        if (resumes) {
            counts.resumed.incrementAndGet();
        }
        told = "";
        waiting();
        LOG.info("{}: connected{}", name, resumes ? ", going on behind " + KeptDecoder.shown(position) : "");
        first.complete(null);
    }

    private void waiting() {
        doing = new Doing(State.RECEIVING, "events");
    }

    /** Reads what has come, and keeps it. */
    private void exchange(FeedConnection connection) throws IOException {
        Batch batch = new Batch(position);
        try {
            connection.read(batch);
        } finally {
            keep(batch); // also what was read before the connection broke
        }
    }

    /** Returns when the batch is durable, or if the subscription is closed before. */
    private void keep(Batch batch) {
        if (batch.records.isEmpty()) {
            position = batch.position;
            return;
        }
        String key = keys + batches++; // so that a log that does not know what became of a batch keeps it once
        Duration wait = FIRST_WAIT_FOR_ROOM;
        while (true) {
            try {
                log.append(batch.records, key);
                position = batch.position;
                counts.kept.addAndGet(batch.records.size());
                if (doing.state() == State.HELD_BACK) {
                    LOG.info("{}: the log keeps events again", name);
                    told = "";
                    waiting();
                }
                return;
            } catch (LogException e) {
                heldBack(e);
            }
            if (await(wait)) {
                counts.unkept.addAndGet(batch.records.size());
                LOG.warn(
                        "{}: closed while the log could not keep {} events, which come again only if the server goes on"
                                + " behind the last one that was kept",
                        name,
                        batch.records.size());
                return;
            }
            wait = shorter(wait.multipliedBy(2), LONGEST_WAIT_FOR_ROOM);
        }
    }

    private void heldBack(LogException e) {
        boolean full = e instanceof LogFullException;
        String waitsFor = (full ? "room in the log: " : "a log that can write: ") + e.getMessage();
        doing = new Doing(State.HELD_BACK, waitsFor);
        if (!told.equals(full ? "full" : waitsFor)) {
            told = full ? "full" : waitsFor; // its numbers change all the time
            LOG.warn("{}: no events are taken: {}", name, waitsFor);
        }
    }

    /** What a connection that has ended means for the next pause. */
    private void learn(FeedConnection connection, boolean hasKept, Duration age) {
        Duration wished = connection.wishedPause();
        if (wished != null) {
            firstPause = shorter(longer(wished, options.firstPause), options.longestPause);
        }
        boolean settled = hasKept && (wished != null || age.compareTo(SETTLED) > 0);
        if (settled || age.compareTo(options.longestPause) > 0) {
            pause = firstPause;
        }
    }

    /** Says why there is no connection, once, and waits before the next attempt. */
    private void lost(IOException e) {
        if (isClosing()) {
            return;
        }
        String why = describe(e);
        doing = new Doing(State.CONNECTING, theServer() + ": " + why);
        if (!why.equals(told)) {
            told = why;
            if (e instanceof RefusedException) {
                LOG.error("{}: {}; tried again until it is accepted", name, why);
            } else {
                LOG.warn("{}: no connection: {}; tried again", name, why);
            }
        }
        Duration next =
                e instanceof BusyException busy ? longer(pause, shorter(busy.pause, options.longestPause)) : pause;
        long half = Math.max(1, next.toMillis() / 2);
        await(Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1)));
        pause = shorter(pause.multipliedBy(2), options.longestPause);
    }

    private String theServer() {
        return "the server at " + options.origin();
    }

    private static String describe(IOException e) {
        String message = e.getMessage();
        boolean isOurs = e.getClass() == IOException.class
                || e instanceof EOFException
                || e instanceof RefusedException
                || e instanceof BusyException;
        return KeptDecoder.shown(isOurs && message != null ? message : e.toString());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
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
    public FeedStatus status() {
        Doing now = doing;
        return new FeedStatus(
                now.state(),
                now.waitsFor(),
                counts.received.get(),
                counts.kept.get(),
                counts.tooLarge.get(),
                counts.unkept.get(),
                counts.connections.get(),
                counts.resumed.get(),
                position,
                log.status());
    }

    /**
     * Ends the connection, and returns when what was read of it is kept, unless the log keeps nothing; an attempt to connect may
     * delay that by the time allowed for connecting. The log stays open. May be called twice.
     */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            FeedConnection connection = current;
            if (connection != null) {
                connection.close();
            }
            try {
                thread.join(WAIT_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        timer.shutdownNow();
        if (doing.state() != State.CLOSED) {
            doing = new Doing(State.CLOSED, "nothing: it is closed");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who is connected where. */
    @Override
    public String toString() {
        return name;
    }
}
