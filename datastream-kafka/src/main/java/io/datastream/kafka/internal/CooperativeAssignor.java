package io.datastream.kafka.internal;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Configurable;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's cooperative assignment, which also tells its worker while the group is being joined. Kafka makes it by name;
 * not for other use.
 */
public final class CooperativeAssignor extends CooperativeStickyAssignor implements Configurable {
    /** The property that holds the {@link JoiningFlag}. */
    public static final String JOINING_FLAG = "datastream.joining.flag";

    private @Nullable JoiningFlag flag;

    /** For Kafka. */
    public CooperativeAssignor() {}

    @Override
    public void configure(Map<String, ?> configs) {
        flag = (JoiningFlag) configs.get(JOINING_FLAG);
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        if (flag != null) {
            flag.set(true);
        }
        return super.subscriptionUserData(topics);
    }

    @Override
    public void onAssignment(Assignment assignment, ConsumerGroupMetadata metadata) {
        super.onAssignment(assignment, metadata);
        if (flag != null) {
            flag.set(false);
        }
    }
}
