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
        long shortest = Long.MAX_VALUE;
        for (SourceChain chain : task.sources()) {
            Duration after = chain.idleAfter;
            shortest = after == null ? shortest : Math.min(shortest, EventTime.nanos(after));
        }
        if (shortest == Long.MAX_VALUE || !task.isReady() || task.isEnded()) {
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
        } else if (now - watch.quietSince >= shortest && now - watch.askedAt >= ASK_EVERY) {
            watch.asking = true;
            watch.askedAt = now;
            watch.answer = broker.endLater(task.partition);
        }
    }

    private static void take(Watch watch, PartitionTask task) {
        try {
            if (watch.answer.get() != task.position) {
                return;
            }
        } catch (ExecutionException e) {
            LOG.debug("the end of {} is not known now", task.partition, e);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
