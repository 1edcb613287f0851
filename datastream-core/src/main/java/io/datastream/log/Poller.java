package io.datastream.log;

import io.datastream.error.OneLine;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks something now and then what is new, on a thread of its own, and keeps the answers in a {@link PolledLog}. What fails is
 * asked again after a pause, which grows. While the log is full nothing is asked.
 *
 * <p>For those who write sources; users of one get it to see how it goes, and to close it. Safe for use by several threads.
 */
public final class Poller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
    private static final Duration FULL_PAUSE = Duration.ofMillis(100);
    private static final int LONGEST_MESSAGE = 1_000;

    private final String name;
    private final PolledLog log;
    private final Question question;
    private final Pace pace;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Written by the thread of the poller alone. */
    private volatile Status status = new Status(null, 0, 0, null);

    /** What is asked. */
    @FunctionalInterface
    public interface Question {
        /**
         * Asks once. Called by one thread, which is interrupted when the poller is closed.
         *
         * @param cursor that of the last answer that was kept; null before the first one
         * @throws Exception if there is no answer; {@link RetryAfterException} says when there may be one. The message is
         *     shown by the status and the log, so it must not have a secret in it
         */
        Answer ask(byte @Nullable [] cursor) throws Exception;
    }

    /**
     * What is new.
     *
     * @param records kept together with the cursor, in this order; may be empty
     * @param cursor by what the next question goes on
     * @param isMore whether to ask again at once
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, not compared
    public record Answer(List<PolledRecord> records, byte[] cursor, boolean isMore) {}

    /**
     * When is asked.
     *
     * @param interval between an answer and the next question
     * @param firstPause after a question that failed; it doubles with each that fails in a row
     * @param longestPause how long a pause may become, also one that was asked for
     */
    public record Pace(Duration interval, Duration firstPause, Duration longestPause) {
        /** The first pause, if not said otherwise. */
        public static final Duration DEFAULT_FIRST_PAUSE = Duration.ofSeconds(1);

        /** The longest pause, if not said otherwise. */
        public static final Duration DEFAULT_LONGEST_PAUSE = Duration.ofMinutes(5);

        private static final Duration LONGEST = Duration.ofDays(36_500);

        /** Checks the arguments. */
        public Pace {
            positive("interval", interval);
            positive("firstPause", firstPause);
            positive("longestPause", longestPause);
        }

        /** At this interval, with pauses from {@link #DEFAULT_FIRST_PAUSE} to {@link #DEFAULT_LONGEST_PAUSE}. */
        public static Pace every(Duration interval) {
            return new Pace(interval, DEFAULT_FIRST_PAUSE, DEFAULT_LONGEST_PAUSE);
        }

        private static void positive(String name, Duration value) {
            if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        name + ": " + value + " (expected: > 0 and at most " + LONGEST + ")");
            }
        }

        /** The pause after so many failures in a row; at least the one that was asked for. */
        Duration pause(int failures, @Nullable Duration wanted) {
            Duration pause = firstPause;
            for (int i = 1; i < failures && pause.compareTo(longestPause) < 0; i++) {
                pause = pause.multipliedBy(2);
            }
            if (wanted != null && wanted.compareTo(pause) > 0) {
                pause = wanted;
            }
            return pause.compareTo(longestPause) < 0 ? pause : longestPause;
        }
    }

    /**
     * How it goes.
     *
     * @param lastAnswer when the last answer was kept; null if none was since the start
     * @param records how many records were kept since the start
     * @param failures how many questions have failed since the last answer
     * @param lastError why the last question failed, or why its answer cannot be kept yet; null if all is well
     */
    public record Status(
            @Nullable Instant lastAnswer,
            long records,
            int failures,
            @Nullable String lastError) {}

    private Poller(String name, PolledLog log, Question question, Pace pace) {
        this.name = name;
        this.log = log;
        this.question = question;
        this.pace = pace;
        this.thread = new Thread(this::run, "datastream-poll-" + name);
    }

    /**
     * Begins to ask, at once.
     *
     * @param name for the thread and for messages
     * @param log keeps the answers; of this poller alone while that runs, and not closed by it
     */
    public static Poller start(String name, PolledLog log, Question question, Pace pace) {
        Poller poller = new Poller(name, log, question, pace);
        poller.thread.setDaemon(true);
        poller.thread.start();
        return poller;
    }

    private void run() {
        try {
            while (!isClosed()) {
                pause(ask());
            }
        } catch (InterruptedException e) {
            LOG.debug("poll {}: ends", name); // it is closed; nobody else has this thread
        }
    }

    /** Asks once, and says how long to wait then. Goes on after errors of any kind: there is nobody to throw them to. */
    private Duration ask() throws InterruptedException {
        try {
            Answer answer = question.ask(log.cursor());
            keep(answer);
            return answer.isMore() ? Duration.ZERO : pace.interval();
        } catch (Throwable e) {
            if (isClosed()) {
                throw new InterruptedException("closed");
            }
            int failures = status.failures() + 1;
            failed(e, failures);
            return pace.pause(failures, e instanceof RetryAfterException retry ? retry.pause() : null);
        }
    }

    private void keep(Answer answer) throws InterruptedException {
        boolean isNew = !answer.records().isEmpty() || !Arrays.equals(answer.cursor(), log.cursor());
        while (isNew) {
            try {
                log.append(answer.records(), answer.cursor());
                isNew = false;
            } catch (LogFullException e) {
                status = new Status(status.lastAnswer(), status.records(), 0, e.getMessage());
                pause(FULL_PAUSE);
            }
        }
        status = new Status(Instant.now(), status.records() + answer.records().size(), 0, null);
    }

    private void failed(Throwable e, int failures) {
        String message = OneLine.of(e.getMessage() == null ? e.toString() : e.getMessage(), LONGEST_MESSAGE);
        status = new Status(status.lastAnswer(), status.records(), failures, message);
        if (failures > 1) {
            LOG.debug("poll {}: {}; {} failures in a row", name, message, failures);
        } else if (e instanceof IOException || e instanceof RetryAfterException) {
            LOG.warn("poll {}: {}; it is tried again until it succeeds", name, message);
        } else {
            LOG.warn("poll {}: {}; it is tried again until it succeeds", name, message, e);
        }
    }

    /** How it goes now. */
    public Status status() {
        return status;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void pause(Duration pause) throws InterruptedException {
        if (closed.await(EventTime.nanos(pause), TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("closed");
        }
    }

    /** Asks no more, and returns when the thread has ended; a question on its way is broken off. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
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
}
