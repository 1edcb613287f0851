package io.datastream.kafka;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.jspecify.annotations.Nullable;

/** Asks Kafka now and then whether it is there, so that the status can say so while nothing else is asked. */
final class BrokerWatch {
    private static final long EVERY = TimeUnit.SECONDS.toNanos(2);
    private static final int LIMIT = 3_000;

    private final Admin admin;
    private final Trouble trouble;
    private long lastLook = System.nanoTime();
    private volatile boolean asking;

    BrokerWatch(Admin admin, KafkaSettings settings) {
        this.admin = admin;
        this.trouble = new Trouble("Kafka at " + settings.bootstrapServers + " does not answer", settings.clock);
    }

    /** To be called often. */
    @SuppressWarnings("FutureReturnValueIgnored") // the answer is taken when it is there
    void look(long nanoTime) {
        if (asking || nanoTime - lastLook < EVERY) {
            return;
        }
        lastLook = nanoTime;
        asking = true;
        admin.describeCluster(new DescribeClusterOptions().timeoutMs(LIMIT))
                .clusterId()
                .whenComplete((id, error) -> {
                    if (error == null) {
                        trouble.succeeded();
                    } else {
                        trouble.failed(error);
                    }
                    asking = false;
                });
    }

    /** Since when Kafka is away, in words; null if it is not. */
    @Nullable
    String words() {
        return trouble.words();
    }
}
