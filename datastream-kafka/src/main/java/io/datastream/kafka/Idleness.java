package io.datastream.kafka;

import io.datastream.time.EventTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds partitions that have nothing more to give, by proof: the partition was quiet for as long as its source asks, and
 * then the broker says that it ends where we stand, counting records of open transactions. Each step of such a partition's
 * watermark rests on an answer of its own, so a broker that is away moves no watermark.
 *
 * <p>What exchanges are told is a proof only if it was asked for after the last one was committed, see
 * {@link OriginMarks}; so nothing is asked before that is known.
 */
final class Idleness {
    private static final Logger LOG = LoggerFactory.getLogger(Idleness.class);
    private static final long ASK_EVERY = TimeUnit.MILLISECONDS.toNanos(100);

    private final Broker broker;
    private final Map<TopicPartition, Watch> watches = new HashMap<>();

    private static final class Watch {
        long position = -1;
        long quietSince;
        long askedAt;
        boolean asking;

        /** Where an exchange ended when that was last asked; -1 if it is to be asked. */
        long end = -1;

        Future<Long> answer = new CompletableFuture<>();
    }

    Idleness(Broker broker) {
        this.broker = broker;
    }

    void drop(TopicPartition partition) {
        watches.remove(partition);
    }

    /** Looks at a partition, once in each turn of the loop. */
    void look(PartitionTask task, boolean heldBack) {
        if (!task.isReady() || task.isEnded()) {
            return;
        }
        ExchangeChain exchange = task.exchange();
        if (exchange == null) {
            lookAtInput(task, heldBack);
        } else if (!exchange.exchanges.isEmpty()) {
            look(exchange, task);
        }
    }

    private void lookAtInput(PartitionTask task, boolean heldBack) {
        long shortest = Long.MAX_VALUE;
        for (SourceChain chain : task.sources()) {
            Duration after = chain.idleAfter;
            shortest = after == null ? shortest : Math.min(shortest, EventTime.nanos(after));
        }
        if (shortest == Long.MAX_VALUE) {
            return;
        }
        Watch watch = watches.computeIfAbsent(task.partition, any -> new Watch());
        long now = broker.nanoTime();
        if (watch.position != task.position || heldBack || task.isReplaying()) {
            watch.position = task.position;
            watch.quietSince = now;
            watch.asking = false;
            task.sources().forEach(SourceChain::notIdle);
        } else if (watch.asking) {
            if (watch.answer.isDone()) {
                watch.asking = false;
                take(watch, task);
            }
        } else if (now - watch.quietSince >= shortest) {
            ask(watch, task, now);
        }
    }

    /** An exchange is never quiet, so it is idle if all that it held when it was asked said so. */
    private void look(ExchangeChain chain, PartitionTask task) {
        if (task.isReplaying() || !chain.isIdle()) {
            return;
        }
        Watch watch = watches.computeIfAbsent(task.partition, any -> new Watch());
        if (watch.end >= 0) {
            if (chain.isProvedIdleSince(watch.end)) {
                watch.end = -1;
                chain.proveIdle();
            }
        } else if (!watch.asking) {
            ask(watch, task, broker.nanoTime());
        } else if (watch.answer.isDone()) {
            watch.asking = false;
            watch.end = answer(watch, task);
        }
    }

    private void ask(Watch watch, PartitionTask task, long now) {
        if (now - watch.askedAt >= ASK_EVERY && !task.isProvingIdle()) {
            watch.asking = true;
            watch.askedAt = now;
            watch.answer = broker.endLater(task.partition);
        }
    }

    /** The end of a partition; -1 if it was not told. */
    private static long answer(Watch watch, PartitionTask task) {
        try {
            return watch.answer.get();
        } catch (ExecutionException e) {
            LOG.debug("the end of {} is not known now", task.partition, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return -1;
    }

    private static void take(Watch watch, PartitionTask task) {
        if (answer(watch, task) != task.position) {
            return;
        }
        for (SourceChain chain : task.sources()) {
            Duration after = chain.idleAfter;
            if (after != null && watch.askedAt - watch.quietSince >= EventTime.nanos(after)) {
                chain.idleAt(watch.askedAt);
            }
        }
    }
}
