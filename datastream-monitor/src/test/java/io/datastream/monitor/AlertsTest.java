package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertBook;
import io.datastream.alert.AlertState;
import io.datastream.alert.Severity;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final Instant SINCE = Instant.parse("2026-03-01T12:00:00Z");

    static Alert alert(int number, String series) {
        return new Alert(
                "too-hot",
                "plant",
                series,
                number % 2 == 0 ? Severity.CRITICAL : Severity.WARNING,
                AlertState.RAISED,
                SINCE.plusSeconds(number),
                SINCE.plusSeconds(number),
                93.5,
                90.0,
                "The boiler is too hot.",
                "Above 90 degrees the seal ages.",
                "Look at the valve first.",
                Alert.episodeOf("plant", "too-hot", series, SINCE.plusSeconds(number)),
                0);
    }

    static AlertBook book(List<Alert> alerts) {
        return new AlertBook() {
            @Override
            public List<Alert> active() {
                return alerts;
            }

            @Override
            public List<Alert> history() {
                return alerts;
            }

            @Override
            public List<ChannelStatus> channels() {
                return List.of(new ChannelStatus("mail", 1, 2, 3, "no route"));
            }
        };
    }

    static List<Alert> many(int count) {
        List<Alert> alerts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            alerts.add(alert(i, "boiler-" + i));
        }
        return alerts;
    }

    private static JsonNode ask(Monitor monitor) {
        try (MonitorServer server = monitor.start()) {
            return new Client(server).json("api/alerts");
        }
    }

    @Test
    void thousandAlertsAreCountedAndTheFirstHundredAreTold() {
        Pipeline pipeline = Pipeline.from(ListSource.of(List.of(1)).logTime())
                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .named("plant");
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            assertThat(ask(Monitor.of(controller)).get("watched").booleanValue())
                    .isFalse();

            JsonNode told = ask(Monitor.of(controller).withAlerts(book(many(1_000))));

            assertThat(told.get("activeTotal").intValue()).isEqualTo(1_000);
            assertThat(told.get("active")).hasSize(100);
            assertThat(told.get("history")).hasSize(100);
            JsonNode first = told.at("/active/0");
            assertThat(first.get("series").textValue()).isEqualTo("boiler-0");
            assertThat(first.get("severity").textValue()).isEqualTo("CRITICAL");
            assertThat(first.get("since").textValue()).isEqualTo("2026-03-01T12:00:00Z");
            assertThat(first.get("value").doubleValue()).isEqualTo(93.5);
            assertThat(told.at("/channels/0/lastError").textValue()).isEqualTo("no route");
        }
    }
}
