package io.datastream.alerts;

import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertText;
import io.datastream.testkit.PipelineDriver;
import io.datastream.testkit.TestSink;
import io.datastream.testkit.TestSource;
import io.datastream.time.EventTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Runs a rule in a pipeline of the real engine. */
final class Alarms {
    private final TestSink<Alert> sink = TestSink.named("alerts");
    private final PipelineDriver driver;

    private Alarms(AlertRule<Reading> rule) {
        driver = PipelineDriver.of(
                Pipeline.from(TestSource.<Reading>named("readings").eventTime(Reading::time))
                        .keyedBy(Reading::sensor)
                        .process(rule)
                        .to(sink)
                        .named("plant"));
    }

    /** The alerts for these readings, up to just after the last of them. */
    static List<Alert> of(AlertRule<Reading> rule, Reading... readings) {
        Alarms alarms = new Alarms(rule);
        List.of(readings).forEach(reading -> alarms.driver.push("readings", reading));
        alarms.driver.advanceTo(readings[readings.length - 1].time().plusNanos(1));
        return alarms.values();
    }

    /** The alerts for these readings, up to a later time. */
    static List<Alert> upTo(double second, AlertRule<Reading> rule, Reading... readings) {
        Alarms alarms = new Alarms(rule);
        List.of(readings).forEach(reading -> alarms.driver.push("readings", reading));
        alarms.driver.advanceTo(Reading.at(second, 0).time());
        return alarms.values();
    }

    /** The alerts for these readings, with time going on for ever after them. */
    static List<Alert> toTheEnd(AlertRule<Reading> rule, List<Reading> readings) {
        Alarms alarms = new Alarms(rule);
        readings.forEach(reading -> alarms.driver.push("readings", reading));
        alarms.driver.endOfInput();
        return alarms.values();
    }

    /** The same, with commits and crashes in between. */
    static List<Alert> withCrashes(AlertRule<Reading> rule, List<Reading> readings, Random random) {
        Alarms alarms = new Alarms(rule);
        for (Reading reading : readings) {
            alarms.driver.push("readings", reading);
            if (random.nextInt(3) == 0) {
                alarms.driver.commit();
            }
            if (random.nextInt(4) == 0) {
                alarms.driver.crash();
            }
        }
        alarms.driver.endOfInput();
        alarms.driver.crash();
        return alarms.values();
    }

    private List<Alert> values() {
        List<Alert> values = driver.results(sink).stream()
                .map(result -> {
                    if (!EventTime.instant(result.timeNanos())
                            .equals(result.value().at())) {
                        throw new AssertionError("given at " + result.time() + ": " + result.value());
                    }
                    return result.value();
                })
                .toList();
        driver.close();
        return values;
    }

    static double second(Instant time) {
        return (EventTime.nanos(time) - EventTime.nanos(Reading.START)) / 1e9;
    }

    /** What is told of, and when, such as {@code RAISED@10 WARNING 91 since 0}. */
    static String brief(Alert alert) {
        return alert.state() + "@" + AlertText.number(second(alert.at())) + " " + alert.severity()
                + " " + (alert.value() == null ? "none" : AlertText.number(alert.value()))
                + " since " + AlertText.number(second(alert.since()));
    }

    static List<String> brief(List<Alert> alerts) {
        return alerts.stream().map(Alarms::brief).toList();
    }
}
