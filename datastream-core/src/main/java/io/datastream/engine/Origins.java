package io.datastream.engine;

import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.source.ReadableSource;

/** Numbers for origins: a partition of a source, or a task of a keyed stage, as seen from a stage after it. */
public final class Origins {
    private static final int PARTITIONS = 1 << 20;

    private Origins() {}

    /** The origin that is a partition of a source stage or a task of a keyed stage. */
    public static int of(Stage stage, int partition) {
        if (partition < 0 || partition >= PARTITIONS) {
            throw new IllegalArgumentException(
                    "partition: " + partition + " (expected: from 0 to " + (PARTITIONS - 1) + ")");
        }
        return stage.id() * PARTITIONS + partition;
    }

    /** The number of the stage that an origin belongs to. */
    public static int stage(int origin) {
        return origin / PARTITIONS;
    }

    /** The partition or task that an origin is. */
    public static int partition(int origin) {
        return origin % PARTITIONS;
    }

    /** What people call an origin: what its source calls the partition, such as a file's name; else {@link #describe}. */
    public static String name(Plan plan, int origin) {
        SourceNode node = plan.stages().get(stage(origin)).source();
        if (node != null && node.source().connector() instanceof ReadableSource<?> readable) {
            String usual = readable.name();
            String own = readable.partitionName(partition(origin));
            if (!own.equals(usual) && !own.equals(usual + "-" + partition(origin))) {
                return own;
            }
        }
        return describe(plan, origin);
    }

    /** A name that stays the same, for what is stored. */
    public static String describe(Plan plan, int origin) {
        Stage stage = plan.stages().get(stage(origin));
        String name = stage.source() == null ? stage.toString() : plan.nameOf(stage.source());
        return name + "-" + partition(origin);
    }
}
