package io.datastream.monitor;

import io.datastream.monitor.Views.ConnectionView;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** How many connections the clients of a pipeline's sources and sinks have open, as far as they have meters. */
final class Connections {
    /** Meters of Kafka's clients and of pools of database connections, and the tag that names the client. */
    private static final Map<String, String> METERS = Map.of(
            "kafka.consumer.connection.count", "client.id",
            "kafka.producer.connection.count", "client.id",
            "kafka.admin.client.connection.count", "client.id",
            "hikaricp.connections", "pool");

    private static final int MOST = 100;

    private Connections() {}

    /** Those of a pipeline, and those that name no pipeline. */
    static List<ConnectionView> of(MeterRegistry meters, String pipeline) {
        List<ConnectionView> found = new ArrayList<>();
        meters.forEachMeter(meter -> {
            String tag = meter instanceof Gauge ? METERS.get(meter.getId().getName()) : null;
            if (tag != null) {
                add(found, (Gauge) meter, tag, pipeline);
            }
        });
        found.sort(Comparator.comparing(ConnectionView::client));
        return List.copyOf(found.subList(0, Math.min(MOST, found.size())));
    }

    private static void add(List<ConnectionView> found, Gauge meter, String tag, String pipeline) {
        String owner = meter.getId().getTag("pipeline");
        String client = meter.getId().getTag(tag);
        if (client != null && (owner == null || owner.equals(pipeline))) {
            double open = meter.value();
            found.add(new ConnectionView(client, Double.isFinite(open) ? (long) open : null));
        }
    }
}
