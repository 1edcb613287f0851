package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alert.Severity;
import io.datastream.source.Source;
import io.datastream.testkit.PipelineDriver;
import io.datastream.testkit.TestSink;
import io.datastream.testkit.TestSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
}
