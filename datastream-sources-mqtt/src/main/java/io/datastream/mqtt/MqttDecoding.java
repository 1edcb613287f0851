package io.datastream.mqtt;

import io.datastream.codec.CodecException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes records of kept messages, with the parts of their topics as fields. */
final class MqttDecoding<T> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ArrayList<TopicPattern> patterns;
    private final MqttDecoder<T> decoder;

    MqttDecoding(List<TopicPattern> patterns, MqttDecoder<T> decoder) {
        this.patterns = new ArrayList<>(patterns);
        this.decoder = decoder;
    }

    T decode(MqttMessage message) {
        try {
            message.checkSize();
            T value = decoder.decode(message.withFields(fields(message.topic())));
            if (value == null) {
                throw new CodecException("the decoder gave null (expected: a record)");
            }
            return value;
        } catch (RuntimeException e) { // of the user's code: whatever it does not expect, such as a text for a number
            String problem = e instanceof CodecException ? e.getMessage() : MqttMessage.shown(e.toString());
            throw new CodecException("mqtt " + MqttMessage.shown(message.topic()) + ": " + problem, e);
        }
    }

    private Map<String, String> fields(String topic) {
        for (TopicPattern pattern : patterns) {
            Map<String, String> fields = pattern.match(topic);
            if (fields != null) {
                return fields;
            }
        }
        return Map.of(); // kept by a program that had other patterns
    }

    @Override
    public String toString() {
        return patterns.toString();
    }
}
