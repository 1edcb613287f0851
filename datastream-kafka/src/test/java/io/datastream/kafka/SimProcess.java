package io.datastream.kafka;

import java.util.Set;
import java.util.function.BiConsumer;

/** A process with one worker, as the network and the scheduler see it. */
final class SimProcess {
    /** Calls between which it matters where a process stops. */
    private static final Set<String> CRITICAL = Set.of(
            "beginTransaction",
            "sendOffsetsToTransaction",
            "commitTransaction",
            "abortTransaction",
            "initTransactions",
            "offsets",
            "end",
            "deleteBefore");

    final String instance;
    private final SimKafka kafka;
    private final SimFaults faults;

    /** Lets the others run for a while: the process, and how long. */
    private final BiConsumer<SimProcess, Long> meanwhile;

    boolean isDead;

    /** Not scheduled, so that not even heartbeats are sent. */
    boolean isFrozen;

    /** Until when no request reaches the broker. */
    long isolatedUntil;

    /** Whether a call of it is on the stack. */
    boolean isRunning;

    boolean isRestless = true;

    SimProcess(String instance, SimKafka kafka, SimFaults faults, BiConsumer<SimProcess, Long> meanwhile) {
        this.instance = instance;
        this.kafka = kafka;
        this.faults = faults;
        this.meanwhile = meanwhile;
    }

    boolean isReachable() {
        return !isDead && !isFrozen && kafka.now() >= isolatedUntil;
    }

    /** Something may happen to the process before each call it makes. */
    void before(String call, Object detail) {
        if (isDead) {
            throw new SimCrash(this);
        }
        kafka.trace.add(kafka.now(), instance, call, detail);
        kafka.advance(faults.latency());
        if (!isRestless || !faults.areOn()) {
            return;
        }
        int weight = CRITICAL.contains(call) ? 10 : 1;
        if (faults.crashes(weight)) {
            crash("before " + call);
        }
        long trapped = faults.trap(call);
        long frozen = trapped > 0 ? trapped : faults.freeze(weight);
        if (frozen > 0) {
            isFrozen = trapped > 0 || faults.coin();
            kafka.trace.add(kafka.now(), instance, isFrozen ? "is stopped before" : "is slow before", call);
            if (trapped > 0 && faults.trapOpensWhenMissed()) {
                sleepUntilMissed(trapped);
            } else {
                sleep(frozen);
            }
            isFrozen = false;
            kafka.trace.add(kafka.now(), instance, "goes on with", call);
        }
        long isolated = faults.isolation();
        if (isolated > 0) {
            kafka.trace.add(kafka.now(), instance, "is cut off for ms", isolated / SimKafka.MILLI);
            isolatedUntil = kafka.now() + isolated;
        }
    }

    /** And after it. */
    void after(String call) {
        if (isRestless && faults.areOn() && faults.crashes(CRITICAL.contains(call) ? 10 : 1)) {
            crash("after " + call);
        }
    }

    void sleep(long nanos) {
        meanwhile.accept(this, nanos);
    }

    /** Sleeps until another one waits for a transaction, and a little longer. */
    private void sleepUntilMissed(long most) {
        long start = kafka.now();
        while (kafka.now() - start < most && kafka.lastHeld < start) {
            sleep(20 * SimKafka.MILLI);
        }
        sleep(faults.below(250) * SimKafka.MILLI);
    }

    private void crash(String where) {
        kafka.trace.add(kafka.now(), instance, "CRASHES", where);
        isDead = true;
        throw new SimCrash(this);
    }
}
