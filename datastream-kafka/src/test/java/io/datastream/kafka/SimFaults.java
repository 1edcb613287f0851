package io.datastream.kafka;

import java.util.List;
import java.util.SplittableRandom;

/** What goes wrong in a simulation, and how often: drawn from the seed, so that each seed has its own kind of trouble. */
final class SimFaults {
    private static final long MILLI = SimKafka.MILLI;

    private final SplittableRandom random;
    private final double crash;
    private final double freeze;
    private final double isolation;
    private final double timeout;
    private final double fence;
    private final double slowMarkers;
    private final double endUnknown;
    private final double sendFailure;
    private final double slowPoll;
    private final boolean endsInSilence;
    private final String trap;
    private final boolean trapOpensWhenMissed;
    private int trapAt;
    private final long trapLength;
    private int crashesLeft;
    private int freezesLeft = 20;
    private int isolationsLeft = 4;
    private int fencesLeft = 6;
    private int silentEnds;
    private boolean on = true;

    /** How a request that is not answered in time ends. */
    enum Outcome {
        ANSWERED,
        NOT_ARRIVED,
        ANSWER_LOST,
        LATE
    }

    SimFaults(SplittableRandom random) {
        this.random = random;
        this.crash = pick(0.0, 0.0003, 0.001);
        this.freeze = pick(0.0, 0.0003, 0.002);
        this.isolation = pick(0.0, 0.0, 0.0005);
        this.timeout = pick(0.0, 0.01, 0.05);
        this.fence = pick(0.0, 0.0, 0.01);
        this.slowMarkers = pick(0.0, 0.1, 0.4);
        this.endUnknown = pick(0.0, 0.02, 0.2);
        this.sendFailure = pick(0.0, 0.0, 0.002);
        this.slowPoll = pick(0.0, 0.05, 0.3);
        this.endsInSilence = random.nextBoolean();
        List<String> calls = List.of(
                "commitTransaction",
                "commitTransaction",
                "sendOffsetsToTransaction",
                "send",
                "offsets",
                "poll",
                "seek");
        this.trap = random.nextInt(3) == 0 ? calls.get(random.nextInt(calls.size())) : "";
        this.trapAt = 1 + random.nextInt(trap.equals("commitTransaction") ? 6 : 40);
        this.trapOpensWhenMissed = random.nextBoolean();
        this.trapLength =
                (random.nextInt(3) == 0 ? 20_000 + random.nextInt(20_000) : 6_300 + random.nextInt(3_500)) * MILLI;
        this.crashesLeft = random.nextInt(7);
    }

    private double pick(double... choices) {
        return choices[random.nextInt(choices.length)];
    }

    boolean areOn() {
        return on;
    }

    /** From now on all goes well. */
    void end() {
        on = false;
    }

    boolean coin() {
        return random.nextBoolean();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** What a call takes. */
    long latency() {
        return 10_000L + random.nextInt(200_000);
    }

    private boolean happens(double probability) {
        return on && probability > 0 && random.nextDouble() < probability;
    }

    /** Whether a process dies; more likely at calls of greater weight. */
    boolean crashes(int weight) {
        if (crashesLeft > 0 && happens(weight * crash)) {
            crashesLeft--;
            return true;
        }
        return false;
    }

    /**
     * Whether a process stops at this call, in a run that stops one at a set place: for longer than its session, and
     * mostly for less than its transaction may last. Returns for how long; 0 for not.
     */
    long trap(String call) {
        return on && call.equals(trap) && --trapAt == 0 ? trapLength : 0;
    }

    /** Whether a process that was stopped goes on when another one waits for the transaction it has left open. */
    boolean trapOpensWhenMissed() {
        return trapOpensWhenMissed;
    }

    /** For how long a process stands still; 0 for not. */
    long freeze(int weight) {
        if (freezesLeft > 0 && happens(weight * freeze)) {
            freezesLeft--;
            return (random.nextInt(3) == 0 ? 3_000 + random.nextInt(12_000) : 1 + random.nextInt(400)) * MILLI;
        }
        return 0;
    }

    /** For how long a process is cut off from the broker; 0 for not. */
    long isolation() {
        if (isolationsLeft > 0 && happens(isolation)) {
            isolationsLeft--;
            return (100 + random.nextInt(15_000)) * MILLI;
        }
        return 0;
    }

    /** For how long the broker has no records for a poll; 0 for not. */
    long emptyPoll() {
        return happens(slowPoll) ? random.nextInt(3_000) * MILLI : 0;
    }

    /** How long a client waits before it gives up. */
    long patience() {
        return (random.nextInt(4) == 0 ? 5_000 + random.nextInt(10_000) : 50 + random.nextInt(500)) * MILLI;
    }

    /** What becomes of a request. */
    Outcome request() {
        return happens(timeout) ? (coin() ? Outcome.NOT_ARRIVED : Outcome.ANSWER_LOST) : Outcome.ANSWERED;
    }

    /** What becomes of a request to end a transaction. */
    Outcome end(boolean isCommit) {
        if (on && silentEnds > 0) {
            silentEnds--;
            return coin() ? Outcome.NOT_ARRIVED : Outcome.ANSWER_LOST;
        }
        if (!happens(endUnknown)) {
            return Outcome.ANSWERED;
        }
        if (endsInSilence) {
            silentEnds = random.nextInt(12); // more than a worker tries, sometimes
        }
        return switch (random.nextInt(isCommit ? 3 : 2)) {
            case 0 -> Outcome.NOT_ARRIVED;
            case 1 -> Outcome.ANSWER_LOST;
            default -> Outcome.LATE;
        };
    }

    /** How late a late request arrives. */
    long lateness() {
        return (1 + random.nextInt(random.nextBoolean() ? 100 : 8_000)) * MILLI;
    }

    boolean fences() {
        if (fencesLeft > 0 && happens(fence)) {
            fencesLeft--;
            return true;
        }
        return false;
    }

    /** Whether a batch of records cannot be delivered. */
    boolean failsToSend() {
        return happens(sendFailure);
    }

    /** When a marker is written after its transaction was decided. */
    long markerDelay() {
        return happens(slowMarkers) ? random.nextInt(3_000) * MILLI : random.nextInt(3) * MILLI / 2;
    }
}
