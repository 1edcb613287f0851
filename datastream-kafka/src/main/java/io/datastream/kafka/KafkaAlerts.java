package io.datastream.kafka;

import io.datastream.alert.Alert;
import io.datastream.codec.Encoder;
import io.datastream.sink.TopicSink;
import io.datastream.topic.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic of alerts: for rules on data a sink of the pipeline, in the transaction of the results around it; for all that a manager
 * delivers a topic of a {@link KafkaAlertChannel}.
 *
 * <p>The key of a record is {@link Alert#episode()}, so the alerts of an episode are in one partition, in their order. The value is
 * {@link Alert#json()}. The header {@value #ID_HEADER} is {@link Alert#id()}, by which readers can drop an alert that a channel has
 * written twice.
 *
 * <p>A {@linkplain #log log} has every alert. A {@linkplain #table table} has the latest one of each episode that goes on, and
 * nothing of those that are over: a cleared alert is a record without value. A table is compacted: a topic that is missing is made
 * so, and one that is not is refused.
 *
 * <p>On a local runtime there are logs only, since in-process topics have no records without value.
 */
public final class KafkaAlerts implements TopicSink<Alert> {
    private static final long serialVersionUID = 1L;

    /** The header with the id of an alert. */
    public static final String ID_HEADER = "datastream.alert.id";

    private final String topic;
    private final boolean isTable;

    private KafkaAlerts(String topic, boolean isTable) {
        if (!topic.matches("[A-Za-z0-9._-]{1,249}")) {
            throw new IllegalArgumentException(
                    "topic: \"" + topic + "\" (expected: 1 to 249 letters, digits, '.', '_' or '-')");
        }
        this.topic = topic;
        this.isTable = isTable;
    }

    /** The topic of this name, with every alert. */
    public static KafkaAlerts log(String topic) {
        return new KafkaAlerts(topic, false);
    }

    /** The compacted topic of this name, with the latest alert of each episode that goes on. */
    public static KafkaAlerts table(String topic) {
        return new KafkaAlerts(topic, true);
    }

    boolean isTable() {
        return isTable;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public Encoder<Alert> encoder() {
        return alert -> alert.json().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] key(Alert alert) {
        return alert.episode().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte @Nullable [] bytes(Alert alert) {
        return isTable && !alert.state().isActive() ? null : encoder().encode(alert);
    }

    @Override
    public List<RecordHeader> headers(Alert alert) {
        return List.of(RecordHeader.of(ID_HEADER, alert.id()));
    }
}
