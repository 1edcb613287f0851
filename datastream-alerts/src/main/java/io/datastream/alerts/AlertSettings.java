package io.datastream.alerts;

import java.util.List;
import java.util.Map;

/** Rules, channels and times of silence that were read by {@link AlertFormat#read}. Immutable. */
public final class AlertSettings {
    private final Alerting alerting;
    private final Map<String, List<AlertRule<?>>> rules;

    AlertSettings(Alerting alerting, Map<String, List<AlertRule<?>>> rules) {
        this.alerting = alerting;
        this.rules = rules;
    }

    /** Rules on pipelines, channels, silences and the folder for queues; what the file does not say may be added. */
    public Alerting alerting() {
        return alerting;
    }

    /**
     * The rules on records, in their order; each is a step for a keyed stream.
     *
     * @param fields those that the format was given
     */
    @SuppressWarnings("unchecked") // rules are kept by the name of the fields they were read with
    public <T> List<AlertRule<T>> rules(RecordFields<T> fields) {
        return rules.getOrDefault(fields.name(), List.of()).stream()
                .map(rule -> (AlertRule<T>) rule)
                .toList();
    }
}
