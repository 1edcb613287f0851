package io.datastream.alerts;

import io.datastream.alert.AlertBook.ChannelStatus;
import io.datastream.alert.AlertChannel;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for one channel, and the thread that delivers it: in order, the first until it is delivered or refused for good.
 * With a file it survives restarts; a notice that was delivered when the program died before it noted that is delivered again.
 */
final class Outbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long LONGEST_END_MILLIS = 2_000;

    /** How many alerts are put into one notice at most. */
    static final int MOST_GATHERED = 200;

    private final AlertChannel channel;
    private final @Nullable QueueFile file;
    private final Bounds bounds;
    private final Thread thread;
    private final ArrayDeque<Notice> memory = new ArrayDeque<>();
    private boolean closed;
    private long delivered;
    private long lost;
    private @Nullable String lastError;
    private @Nullable String fileError;

    /**
     * How much is kept, and how long it waits between tries.
     *
     * @param most notices that wait at most
     * @param firstPause after the first failure; doubled with each further one
     * @param longestPause at most
     * @param together for how long what comes is put into one notice; zero for not at all
     */
    record Bounds(int most, Duration firstPause, Duration longestPause, Duration together) {
        Bounds(int most, Duration firstPause, Duration longestPause) {
            this(most, firstPause, longestPause, Duration.ZERO);
        }

        Bounds withTogether(Duration newTogether) {
            return new Bounds(most, firstPause, longestPause, newTogether);
        }

        Duration pause(int failures) {
            long millis = firstPause.toMillis() << Math.min(failures - 1, 20);
            return Duration.ofMillis(Math.min(Math.max(1, millis), longestPause.toMillis()));
        }
    }

    /** Whether the first is whole, so that nothing is added to it. */
    private boolean isFirstWhole;

    /** An outbox that does nothing before {@link #start}. */
    Outbox(AlertChannel channel, @Nullable QueueFile file, Bounds bounds) {
        this.channel = channel;
        this.file = file;
        this.bounds = bounds;
        this.thread = new Thread(this::run, "alerts-" + channel.name());
        this.thread.setDaemon(true);
    }

    String name() {
        return channel.name();
    }

    void start() {
        thread.start();
    }

    /** Takes a notice. Does not wait for the channel. */
    synchronized void add(Notice notice) {
        if (closed || waiting() >= bounds.most()) {
            lose(notice, closed ? "the outbox is closed" : bounds.most() + " notices wait already");
            return;
        }
        QueueFile queue = file;
        if (queue == null) {
            memory.addLast(notice);
        } else if (!queue.isWaiting(notice.id())) { // it may have been added just before a crash
            write("what comes waits in memory alone", () -> queue.add(notice));
        }
        notifyAll();
    }

    /** Writes to the file. */
    private interface Writing {
        void run() throws IOException;
    }

    /**
     * Whether that is written; what fails is told in the log, once until it works again.
     *
     * @param otherwise what it means if it is not
     */
    private boolean write(String otherwise, Writing writing) {
        try {
            writing.run();
            fileError = null;
            return true;
        } catch (IOException e) {
            if (fileError == null) {
                LOG.error("channel {}: its queue cannot be written, so {}", channel.name(), otherwise, e);
            }
            fileError = "the queue cannot be written, so " + otherwise + ": " + e;
            return false;
        }
    }

    /** A notice that is given up is at least told in the log. */
    private void lose(Notice notice, String why) {
        lost++;
        lastError = why;
        LOG.error("channel {}: a notice is given up, because {}:\n{}", channel.name(), why, notice.text());
    }

    private int waiting() {
        return file == null ? memory.size() : file.size();
    }

    private @Nullable Notice first() {
        return file == null ? memory.peekFirst() : file.first();
    }

    private void run() {
        int failures = 0;
        try {
            for (Notice next = await(); next != null; next = await()) {
                failures = deliver(next) ? 0 : failures + 1;
                if (failures > 0 && !pause(bounds.pause(failures))) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed while the channel was at work: the notice still waits
        }
    }

    private synchronized @Nullable Notice await() throws InterruptedException {
        while (!closed && first() == null) {
            wait();
        }
        if (!closed && !bounds.together().isZero()) {
            gather();
        }
        return closed ? null : first();
    }

    /** Waits for what comes together with the first, and makes one notice of it, which stays the same from then on. */
    private void gather() throws InterruptedException {
        if (isFirstWhole || (file != null && file.isFirstWhole()) || !pause(bounds.together())) {
            return;
        }
        int notices = 0;
        int alerts = 0;
        for (Notice notice : file == null ? memory : file.waiting()) {
            alerts += notice.alerts().size();
            if (notices > 0 && alerts > MOST_GATHERED) {
                break;
            }
            notices++;
        }
        int many = notices;
        QueueFile queue = file;
        if (queue == null) {
            memory.addFirst(Notice.together(pollFirst(many)));
            isFirstWhole = true;
        } else {
            isFirstWhole = write("notices are delivered one by one", () -> queue.joinFirst(many));
        }
    }

    private List<Notice> pollFirst(int notices) {
        List<Notice> first = new ArrayList<>();
        for (int i = 0; i < notices; i++) {
            first.add(memory.removeFirst());
        }
        return first;
    }

    /** Whether the wait was not ended by {@link #close}. */
    private synchronized boolean pause(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0 && !closed; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !closed;
    }

    /** Whether the notice is done with, be it delivered or refused. */
    private boolean deliver(Notice notice) throws InterruptedException {
        String problem = null;
        boolean retry = false;
        try {
            channel.deliver(notice);
        } catch (DeliveryException e) {
            problem = String.valueOf(e.getMessage());
            retry = e.isRetryable();
        } catch (RuntimeException e) {
            problem = "the channel failed: " + e;
        } catch (Error e) { // such as for want of memory, or of a library
            problem = "the channel failed: " + e;
            retry = true;
        }
        if (problem != null && Thread.interrupted()) {
            throw new InterruptedException(); // nothing is known of the notice: it still waits
        }
        synchronized (this) {
            if (retry) {
                tryAgain(notice, problem);
            } else {
                done(notice, problem);
            }
        }
        return !retry;
    }

    private void tryAgain(Notice notice, @Nullable String problem) {
        if (!String.valueOf(problem).equals(lastError)) { // once, not at each try
            LOG.warn(
                    "channel {}: notice {} is tried again until it is taken: {}", channel.name(), notice.id(), problem);
        }
        lastError = problem;
    }

    private void done(Notice notice, @Nullable String problem) {
        isFirstWhole = false;
        if (file == null) {
            memory.removeFirst();
        } else {
            write("what is done is delivered again after a new start", file::removeFirst);
        }
        if (problem == null) {
            delivered++;
            if (lastError != null) {
                LOG.info("channel {}: takes notices again", channel.name());
            }
            lastError = null;
        } else {
            lose(notice, problem);
        }
    }

    synchronized ChannelStatus status() {
        return new ChannelStatus(channel.name(), waiting(), delivered, lost, lastError == null ? fileError : lastError);
    }

    /** Ends the delivery; what waits is kept in the file. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        try {
            thread.join(LONGEST_END_MILLIS); // one that is at work may end it
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(LONGEST_END_MILLIS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        synchronized (this) {
            closeAll();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeAll() {
        try {
            channel.close();
        } catch (RuntimeException e) {
            LOG.warn("channel {}: cannot be closed", channel.name(), e);
        }
        try {
            List<Notice> unsaved = file == null ? List.copyOf(memory) : file.inMemory();
            unsaved.forEach(notice -> lose(notice, "the program ends, and it is in no file"));
            memory.clear();
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.warn("channel {}: its queue cannot be closed", channel.name(), e);
        }
    }
}
