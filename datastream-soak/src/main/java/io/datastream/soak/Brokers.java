package io.datastream.soak;

import io.datastream.testkit.ChildJvm.Signal;
import io.datastream.testkit.KafkaCluster;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The brokers, of which at most one is away. Used by one thread. */
final class Brokers {
    private static final Logger LOG = LoggerFactory.getLogger(Brokers.class);

    /** On a busy machine a broker takes longer than tests are ready to wait. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final int QUORUM_WITHOUT_ONE = 3;

    private final KafkaCluster kafka;
    private int away;
    private CompletableFuture<Void> returning = CompletableFuture.completedFuture(null);

    Brokers(KafkaCluster kafka) {
        this.kafka = kafka;
    }

    int size() {
        return kafka.size();
    }

    /** Whether the others take over when one is away. */
    boolean areReplaced() {
        return size() >= QUORUM_WITHOUT_ONE;
    }

    /** Ends one at once, and waits for others to take over if they can. */
    void kill(int broker) {
        kafka.kill(broker);
        left(broker);
    }

    /** Ends one in order, and waits for others to take over if they can. */
    void stop(int broker) {
        kafka.stop(broker);
        left(broker);
    }

    private void left(int broker) {
        away = broker;
        if (areReplaced()) {
            patiently(kafka::awaitTakeover);
        }
    }

    /** Freezes one for a while, and waits until it has caught up. */
    void freeze(int broker, int millis) {
        kafka.signal(broker, Signal.STOP);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        kafka.signal(broker, Signal.CONT);
        patiently(kafka::awaitReplicas);
    }

    /** Starts the one that is away, if there is one, and does not wait for it: the work goes on. */
    void comeBack() {
        int broker = away;
        if (broker != 0) {
            away = 0;
            returning = CompletableFuture.runAsync(() -> {
                try {
                    kafka.restart(broker);
                } catch (AssertionError notServingYet) {
                    LOG.debug("broker {} takes long", broker, notServingYet);
                }
                patiently(kafka::awaitReplicas);
            });
        }
    }

    /** Whether all are there and have caught up, so that any of them may be lost. */
    boolean areAllThere() {
        return away == 0 && returning.isDone();
    }

    /** Waits until all are there. */
    void awaitAll() {
        comeBack();
        returning.join();
    }

    private static void patiently(Runnable wait) {
        long start = System.nanoTime();
        while (true) {
            try {
                wait.run();
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw notYet;
                }
            }
        }
    }
}
