package io.datastream.soak;

import io.datastream.soak.PartitionLog.Kind;
import java.util.SplittableRandom;

/**
 * Makes records from a seed: keys and whole records that come again, disorder up to the bound and beyond it, bytes that
 * cannot be read, values that are refused.
 */
final class Generator {
    private static final long MILLI = 1_000_000;
    private static final int KEYS_OF_A_PARTITION = 20;
    private static final int GROUPS = 4;
    private static final int KEYS_OF_A_GROUP = 8;
    private static final int LATEST_MILLIS = 6_000;

    // of a thousand
    private static final int REPEATED = 60;
    private static final int UNREADABLE = 3;
    private static final int POISON = 3;
    private static final int LATE = 12;
    private static final int UNFIT = 3;

    private final SplittableRandom random;

    /** Takes what is made. */
    interface Out {
        void write(Reading reading, Kind kind);
    }

    Generator(SplittableRandom random) {
        this.random = random;
    }

    /**
     * Makes some records of a partition: the first one at the given time, all others before it.
     *
     * @param front whole milliseconds, and below them what only this partition has, so that no two share a time
     */
    void generate(PartitionLog log, long front, int count, Out out) {
        boolean meters = log.topic.equals(Pipelines.METERS);
        int disorder = (int) Pipelines.DISORDER.toMillis();
        Reading last = new Reading(key(log), front, value());
        out.write(last, Kind.GOOD);
        for (int i = 1; i < count; i++) {
            int chance = random.nextInt(1_000);
            if ((chance -= REPEATED) < 0) {
                out.write(last, Kind.GOOD);
            } else if ((chance -= UNREADABLE) < 0) {
                out.write(last, meters ? Kind.UNREADABLE : Kind.GOOD);
            } else if ((chance -= POISON) < 0 && meters) {
                out.write(new Reading(key(log), front, Reading.POISON), Kind.POISON);
            } else {
                boolean late = (chance -= LATE) < 0;
                boolean unfit = !late && (chance -= UNFIT) < 0 && meters;
                int back = late ? disorder + 1 + random.nextInt(LATEST_MILLIS) : random.nextInt(disorder + 1);
                last = new Reading(key(log), front - back * MILLI, unfit ? Reading.UNFIT : value());
                out.write(last, Kind.GOOD);
            }
        }
    }

    private String key(PartitionLog log) {
        return log.topic.equals(Pipelines.METERS)
                ? "p" + log.partition + "-k" + random.nextInt(KEYS_OF_A_PARTITION)
                : "g" + random.nextInt(GROUPS) + "-k" + random.nextInt(KEYS_OF_A_GROUP);
    }

    private double value() {
        return random.nextInt(4_000) / 4.0;
    }
}
