package io.datastream.kafka;

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
    private int crashesLeft;
    private int freezesLeft = 12;
    private int isolationsLeft = 4;
    private int fencesLeft = 6;
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
        this.crash = pick(0.0, 0.0005, 0.002);
        this.freeze = pick(0.0, 0.0005, 0.004);
        this.isolation = pick(0.0, 0.0, 0.0005);
        this.timeout = pick(0.0, 0.01, 0.05);
        this.fence = pick(0.0, 0.0, 0.01);
        this.slowMarkers = pick(0.0, 0.1, 0.4);
        this.endUnknown = pick(0.0, 0.02, 0.2);
        this.sendFailure = pick(0.0, 0.0, 0.002);
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
        return 10_000 + random.nextInt(200_000);
    }

    private boolean happens(double probability) {
        return on && probability > 0 && random.nextDouble() < probability;
    }

    boolean crashes() {
        if (crashesLeft > 0 && happens(crash)) {
            crashesLeft--;
            return true;
        }
        return false;
    }

    /** For how long a process stands still; 0 for not. */
    long freeze() {
        if (freezesLeft > 0 && happens(freeze)) {
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
        if (!happens(endUnknown)) {
            return Outcome.ANSWERED;
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
