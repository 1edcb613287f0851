package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alert.Severity;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.PipelineDriver;
import io.datastream.testkit.TestSink;
import io.datastream.testkit.TestSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/alerting.md. */
class AlertingGuideTest {
    private final TestSource<Reading> source = TestSource.named("readings");
    private final Source<Reading> readings = source.eventTime(Reading::time);
    private final TestSink<Alert> alerts = TestSink.named("alerts");

    @Test
    void raisesFromAThresholdAndFromSilence() {
        // region: alert-rule
        AlertRule<Reading> tooHot = AlertRule.above("too-hot", Reading::value, 90)
                .withClearLimit(85)
                .lasting(Duration.ofMinutes(1))
                .withWorseLimit(95)
                .withSeverity(Severity.WARNING, Severity.CRITICAL)
                .about("temperature")
                .because("Seals melt at 95 degrees.")
                .lookAt("Look at the cooling valve of the boiler.");
        // endregion
        // region: alert-rules
        AlertRule<Reading> silent = AlertRule.absence("silent", Duration.ofMinutes(5));

        KeyedStream<String, Reading> bySensor = Pipeline.from(readings).keyedBy(Reading::sensor);
        Pipeline pipeline = bySensor.process(tooHot)
                .to(alerts)
                .and(bySensor.process(silent).to(alerts))
                .named("plant");
        // endregion
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("readings", Reading.at(0, 93.5));
            driver.push("readings", Reading.at(90, 80));
            driver.advanceTo(Reading.at(600, 0).time());
            assertThat(driver.values(alerts))
                    .extracting(alert -> alert.rule() + " " + alert.state())
                    .containsExactlyInAnyOrder(
                            "too-hot " + AlertState.RAISED,
                            "too-hot " + AlertState.CLEARED,
                            "silent " + AlertState.RAISED);
        }
    }

    @Test
    void watchesAPipelineAndTakesItsAlerts(@TempDir Path folder) throws Exception {
        HttpEndpoint slackAddress = HttpEndpoint.of("http://127.0.0.1:9/hook");
        Pipeline pipeline = Pipeline.from(
                        ListSource.of(List.of(Reading.at(0, 95))).eventTime(Reading::time))
                .to(Sinks.collectInto(new CopyOnWriteArrayList<>()))
                .named("plant");
        LocalRuntime runtime = LocalRuntime.create();
        // region: alert-manager
        try (AlertManager alerts = Alerting.withRules(DefaultRules.all())
                        .deliverTo(LogChannel.create())
                        .deliverTo(WebhookChannel.slack("slack", slackAddress))
                        .withQueueIn(folder)
                        .start();
                PipelineController controller = runtime.start(pipeline)) {
            alerts.watch(controller);
            controller.awaitTermination();
        }
        // endregion
        assertThat(folder.resolve("slack.queue")).exists();
    }

    @Test
    void deliversWhatDataRaises() throws Exception {
        Collector channel = new Collector();
        AlertRule<Reading> tooHot = AlertRule.above("too-hot", Reading::value, 90);
        KeyedStream<String, Reading> bySensor = Pipeline.from(
                        ListSource.of(List.of(Reading.at(0, 95))).eventTime(Reading::time))
                .keyedBy(Reading::sensor);
        try (AlertManager manager =
                Alerting.withRules(List.of()).deliverTo(channel).start()) {
            // region: alert-sink
            Pipeline pipeline = bySensor.process(tooHot)
                    .to(Sinks.calling("alerts", (time, alert) -> manager.accept(alert)))
                    .named("plant");
            // endregion
            try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
                controller.awaitTermination();
            }
            Await.until("a notice", Duration.ofSeconds(20), () -> channel.taken.size() == 1);
        }
    }

    @Test
    void makesARuleOfAMeter() {
        // region: alert-metric
        MetricRule slowCommits = MetricRule.of(
                AlertRule.above("slow-commits", MetricRule.Sample::value, 5)
                        .lasting(Duration.ofMinutes(2))
                        .about("longest commit in seconds")
                        .because("Results become visible with the commit.")
                        .lookAt("Look at the brokers."),
                Readers.meter("datastream.commit.duration"));
        // endregion
        assertThat(slowCommits.name()).isEqualTo("slow-commits");
    }

    @Test
    void tellsWhoIsToldOfWhat() throws IOException {
        Collector team = new Collector("team");
        Collector onCall = new Collector("on-call");
        // region: alert-route
        Alerting alerting = Alerting.withRules(DefaultRules.all())
                .deliverTo(LogChannel.create())
                .deliverTo(team, Route.all().together(Duration.ofMinutes(1)))
                .deliverTo(onCall, Route.all().atLeast(Severity.CRITICAL).after(Duration.ofMinutes(15)));
        // endregion
        try (AlertManager manager = alerting.start()) {
            assertThat(manager.channels()).hasSize(3);
        }
    }

    @Test
    void documentsAllDefaultRules() throws IOException {
        String document = Files.readString(Path.of("../docs/alerting.md"));
        assertThat(DefaultRules.all()).allSatisfy(rule -> assertThat(document).contains("| `" + rule.name() + "` |"));
    }
}
