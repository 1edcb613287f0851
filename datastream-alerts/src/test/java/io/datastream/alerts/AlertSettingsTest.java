package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertBook.ChannelStatus;
import io.datastream.alert.AlertState;
import io.datastream.alert.Severity;
import io.datastream.config.ConfigException;
import io.datastream.config.YamlSettings;
import io.datastream.source.Source;
import io.datastream.testkit.Await;
import io.datastream.testkit.PipelineDriver;
import io.datastream.testkit.Seeds;
import io.datastream.testkit.TestSink;
import io.datastream.testkit.TestSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules, channels and times in files, those of docs/alerting.md among them. */
class AlertSettingsTest {
    private static final RecordFields<Reading> READINGS = RecordFields.of("readings", Reading.class);

    @TempDir
    Path folder;

    private final TestSource<Reading> source = TestSource.named("readings");
    private final Source<Reading> readings = source.eventTime(Reading::time);
    private final TestSink<Alert> alerts = TestSink.named("alerts");

    private static String documented(String name) throws IOException {
        Matcher block = Pattern.compile("(?s)<!-- snippet: " + name + " -->\n```[a-z]*\n(.*?)```\n")
                .matcher(Files.readString(Path.of("../docs/alerting.md")));
        assertThat(block.find()).as("snippet " + name).isTrue();
        return block.group(1);
    }

    private AlertSettings read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("alerts.yaml"), text);
        return YamlSettings.read(file, AlertFormat.create().withRecords(READINGS)::read);
    }

    private AlertRule<Reading> rule(String text) throws IOException {
        return read("data:\n  readings:\n    r: {" + text + "}\n")
                .rules(READINGS)
                .get(0);
    }

    private List<String> problems(String text) {
        ConfigException wrong = catchThrowableOfType(ConfigException.class, () -> read(text));
        return wrong == null
                ? List.of()
                : wrong.problems().stream()
                        .map(problem -> problem.toString().replace(folder + "/", ""))
                        .toList();
    }

    @Test
    void readsTheDocumentedFileAndRunsIt() throws IOException {
        Files.writeString(folder.resolve("slack-url"), "https://hooks.example.org/services/secret\n");
        Path file = Files.writeString(
                folder.resolve("alerts.yaml"),
                documented("alert-yaml")
                        .replace("/run/secrets/", folder + "/")
                        .replace(
                                "/var/lib/plant/alerts", folder.resolve("queue").toString()));
        // region: alert-file
        RecordFields<Reading> fields = RecordFields.of("readings", Reading.class);
        AlertFormat format = AlertFormat.create().withRecords(fields);
        AlertSettings settings = YamlSettings.read(file, format::read);

        KeyedStream<String, Reading> bySensor = Pipeline.from(readings).keyedBy(Reading::sensor);
        Pipeline pipeline = settings.rules(fields).stream()
                .map(rule -> bySensor.process(rule).to(alerts))
                .reduce(Pipeline::and)
                .orElseThrow()
                .named("plant");
        AlertManager manager = settings.alerting().start();
        // endregion
        try (manager;
                PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("readings", Reading.at(0, 80));
            driver.push("readings", Reading.at(10, 96));
            driver.push("readings", Reading.at(90, 97));
            driver.push("readings", Reading.at(700, -50));
            driver.advanceTo(Reading.at(900, 0).time());
            assertThat(driver.values(alerts))
                    .extracting(alert -> alert.rule() + " " + alert.state() + " " + alert.severity())
                    .containsExactlyInAnyOrder(
                            "too-hot RAISED CRITICAL",
                            "too-hot CLEARED CRITICAL",
                            "frozen RAISED WARNING",
                            "silent RAISED WARNING",
                            "silent CLEARED WARNING",
                            "not-cooled RAISED WARNING",
                            "not-cooled CLEARED WARNING");
            assertThat(manager.channels()).extracting(ChannelStatus::channel).containsExactly("log", "team", "on-call");
        }
        assertThat(folder.resolve("queue/team.queue")).exists();
    }

    @Test
    void saysWhatIsWrongAsTheDocumentShows() throws IOException {
        String text = """
                defaults:
                  lag: {clear: 70000}
                  behind: off
                data:
                  readings:
                    too-hot: {of: valu, above: 90}
                channels:
                  team: {kind: slack}
                chanels: {}
                """;
        ConfigException wrong = catchThrowableOfType(ConfigException.class, () -> read(text));
        assertThat(wrong.getMessage().replace(folder + "/", "") + "\n").isEqualTo(documented("alert-yaml-problems"));
    }

    @Test
    void makesTheSameRulesAsCode() {
        Seeds.forEach(20, seed -> {
            Random random = new Random(seed);
            List<Reading> rows = Reading.random(random, "a", 60);
            equal(
                    rule("of: value, above: 6, clear: 4, lasting: 3s, worse: 9"),
                    AlertRule.above("r", Reading::value, 6)
                            .withClearLimit(4)
                            .lasting(Duration.ofSeconds(3))
                            .withWorseLimit(9),
                    rows);
            equal(
                    rule("of: value, below: 4, worse-after: 5s, reminder: 2s, severity: info, worse-severity: warning"),
                    AlertRule.below("r", Reading::value, 4)
                            .withWorseAfter(Duration.ofSeconds(5))
                            .withReminder(Duration.ofSeconds(2))
                            .withSeverity(Severity.INFO, Severity.WARNING),
                    rows);
            equal(
                    rule("of: value, rate-above: 2, per: 1s"),
                    AlertRule.rateAbove("r", Reading::value, 2, Duration.ofSeconds(1)),
                    rows);
            equal(rule("of: value, outlier-above: 2, rows: 5"), AlertRule.outlier("r", 5, Reading::value, 2), rows);
            equal(rule("of: value, score-above: 7"), AlertRule.scoreAbove("r", Reading::value, 7), rows);
            equal(rule("absent-for: 2s"), AlertRule.absence("r", Duration.ofSeconds(2)), rows);
            equal(
                    rule("first: {field: value, above: 7}, second: {field: value, below: 3}, within: 4s"),
                    AlertRule.notFollowed("r", row -> row.value() > 7, row -> row.value() < 3, Duration.ofSeconds(4)),
                    rows);
            equal(
                    rule(
                            "first: {field: value, is: [\"7.0\", \"8.0\"]}, second: {field: value, is: \"1.0\"}, within: 4s"),
                    AlertRule.notFollowed(
                            "r",
                            row -> row.value() == 7 || row.value() == 8,
                            row -> row.value() == 1,
                            Duration.ofSeconds(4)),
                    rows);
            equal(
                    rule("of: value, above: 6, about: heat, because: It melts., look: Look there."),
                    AlertRule.above("r", Reading::value, 6)
                            .about("heat")
                            .because("It melts.")
                            .lookAt("Look there."),
                    rows);
        });
    }

    private static void equal(AlertRule<Reading> read, AlertRule<Reading> made, List<Reading> rows) {
        assertThat(Alarms.toTheEnd(read, rows)).isEqualTo(Alarms.toTheEnd(made, rows));
    }

    @Test
    void readsWhatFunctionsGive() throws IOException {
        RecordFields<Reading> fields = RecordFields.<Reading>named("r")
                .with("kelvin", reading -> reading.value() + 273.15)
                .with("none", reading -> Optional.empty());
        Path file = Files.writeString(
                folder.resolve("a.yaml"), "data: {r: {hot: {of: kelvin, above: 300}, odd: {of: none, above: 1}}}");
        List<AlertRule<Reading>> rules = YamlSettings.read(
                        file, AlertFormat.create().withRecords(fields)::read)
                .rules(fields);
        assertThat(Alarms.brief(Alarms.toTheEnd(rules.get(0), List.of(Reading.at(0, 20), Reading.at(1, 30)))))
                .containsExactly("RAISED@1 WARNING 303.15 since 1");
        RecordFields.NumberOf<Reading> none = new RecordFields.NumberOf<>("none", fields.field("none"));
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> none.applyAsDouble(Reading.at(0, 1))))
                .hasMessage("field none: a Optional (expected: a number)");
    }

    @Test
    void travelsWithThePipeline() throws Exception {
        AlertRule<Reading> rule = rule("of: value, above: 6");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(rule);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            AlertRule<Reading> shipped = (AlertRule<Reading>) in.readObject();
            equal(shipped, rule, List.of(Reading.at(0, 7)));
        }
    }

    @Test
    void movesOtherLimitsOnlyWhereTheyWouldLieBeyond() {
        Limits lag = Limits.above(10_000).withClear(1_000).withWorse(1_000_000);
        assertThat(lag.withLimit(50_000)).isEqualTo(new Limits(true, 50_000, 1_000, 1_000_000));
        assertThat(lag.withLimit(500)).isEqualTo(new Limits(true, 500, 500, 1_000_000));
        assertThat(lag.withLimit(2e6)).isEqualTo(new Limits(true, 2e6, 1_000, Double.POSITIVE_INFINITY));
        assertThat(Limits.above(2).withLimit(9)).isEqualTo(Limits.above(9));
        assertThat(Limits.below(2).withClear(5).withWorse(0).withLimit(7)).isEqualTo(new Limits(false, 7, 7, 0));
    }

    @Test
    void namesEachThingThatIsWrong() {
        assertThat(problems("metrics: {a: {above: 1}}"))
                .containsExactly("metrics.a.meter: not set, in the group from alerts.yaml line 1"
                        + " (expected: the name of a meter, such as datastream.commit.duration)");
        assertThat(problems("metrics: {lag: {meter: m, above: 1}}"))
                .containsExactly("metrics.lag.meter: \"m\" from alerts.yaml line 1 (expected: a rule with a name of its"
                        + " own; to change lag, name it below defaults)");
        assertThat(problems("data: {readings: {a: {of: value}}}"))
                .containsExactly(
                        "data.readings.a.above: not set, in the group from alerts.yaml line 1 (expected: exactly"
                                + " one of above, below, rate-above, outlier-above, score-above, absent-for, first)");
        assertThat(problems("data: {readings: {a: {of: value, below: 5, clear: 4, worse: 6}}}"))
                .containsExactly(
                        "data.readings.a.clear: \"4\" from alerts.yaml line 1 (expected: at least 5, the limit)",
                        "data.readings.a.worse: \"6\" from alerts.yaml line 1 (expected: at most 5, the limit)");
        assertThat(problems("data: {readings: {a: {of: sensor, above: 5}, b: {first: {field: time, below: 1},"
                        + " second: {field: sensor, is: x}, within: 1m}}}"))
                .containsExactly(
                        "data.readings.a.of: \"sensor\" from alerts.yaml line 1 (expected: a field of readings with"
                                + " numbers: one of value)",
                        "data.readings.b.first.field: \"time\" from alerts.yaml line 1 (expected: a field of readings"
                                + " with numbers: one of value)");
        assertThat(problems("data: {others: {a: {of: value, above: 1}}}"))
                .containsExactly("data.others: unknown from alerts.yaml line 1 (expected: one of readings)");
        assertThat(problems("data: {readings: {a: {absent-for: 1m, lasting: 2m}}}"))
                .containsExactly("data.readings.a.lasting: \"2m\" from alerts.yaml line 1"
                        + " (expected: a rule with a limit for numbers)");
        assertThat(problems("channels: {a: {kind: pigeon}}"))
                .containsExactly("channels.a.kind: \"pigeon\" from alerts.yaml line 1"
                        + " (expected: one of console, log, slack, webhook)");
        assertThat(problems("channels: {a/b: {kind: log}}"))
                .containsExactly("channels.a/b: a group from alerts.yaml line 1"
                        + " (expected: a name of letters, digits, dots, lines)");
        assertThat(problems("channels: {a: {kind: webhook, url: {file: /no/such/file}}}"))
                .singleElement()
                .asString()
                .contains("there is no such file");
        assertThat(problems("channels: {a: {kind: webhook, url: 'ftp://user:hunter2@h'}}"))
                .singleElement()
                .asString()
                .startsWith("channels.a.url: ******")
                .doesNotContain("hunter2");
        assertThat(problems("silences: [{rules: lag}]"))
                .containsExactly("silences[0].until: not set, in the group from alerts.yaml line 1"
                        + " (expected: when it ends, such as 2026-01-31T18:00:00Z)");
        assertThat(problems("silences: [{from: '2026-02-01T00:00:00Z', until: '2026-01-31T00:00:00Z'}]"))
                .containsExactly("silences[0].until: \"2026-01-31T00:00:00Z\" from alerts.yaml line 1"
                        + " (expected: a time after 2026-02-01T00:00:00Z, where it begins)");
        assertThat(problems("data: {readings: {'': {of: value, above: 1}}}"))
                .containsExactly("data.readings.: a group from alerts.yaml line 1 (expected: a name before the colon)");
        assertThat(problems("data: {readings: {a: {first: {field: sensor, is: []}, second: {field: sensor, is: x},"
                        + " within: 1m}}}"))
                .containsExactly(
                        "data.readings.a.first.is: a list from alerts.yaml line 1 (expected: a text, or several)");
        assertThat(problems("maintenance: [{at: '25:00', for: 8d, zone: Mars, days: [someday]}]"))
                .hasSize(4)
                .contains("maintenance[0].at: \"25:00\" from alerts.yaml line 1"
                        + " (expected: a time of the day, such as 02:00)");
        assertThat(problems("every: 1ns"))
                .containsExactly("every: \"1ns\" from alerts.yaml line 1 (expected: at least 1ms)");
    }

    @Test
    void changesTheTimesOfADefaultRuleTogether() {
        assertThat(problems("defaults: {held-up: {lasting: 20m, worse-after: 1h}}"))
                .isEmpty();
        assertThat(problems("defaults: {held-up: {lasting: 10s, worse-after: 1m}}"))
                .isEmpty();
        assertThat(problems("defaults: {held-up: {lasting: 1h, worse-after: 20m}}"))
                .hasSize(1);
    }

    @Test
    void silencesAndMaintainsAsTheFileSays() throws IOException {
        String text = """
                defaults: off
                channels: {log: {}}
                silences: [{series: [quiet], until: "2999-01-01T00:00:00Z"}]
                maintenance: [{rules: too-hot, pipelines: plant, at: "00:00", for: 7d, zone: UTC}]
                """;
        List<String> told = new ArrayList<>();
        for (String without : List.of("silences", "maintenance")) {
            Collector channel = new Collector();
            String rest = text.replaceAll("(?m)^" + without + ".*\\n", "");
            try (AlertManager manager = read(rest).alerting().deliverTo(channel).start()) {
                manager.accept(Notices.raised("quiet"));
                manager.accept(Notices.raised("loud"));
                manager.accept(new Alert(
                        "other",
                        "plant",
                        "end",
                        Severity.INFO,
                        AlertState.RAISED,
                        Reading.START,
                        Reading.START,
                        1.0,
                        null,
                        "What.",
                        "Why.",
                        "Where.",
                        "e",
                        0));
                Await.until(
                        "the end",
                        Duration.ofSeconds(20),
                        () -> channel.series().contains("end RAISED"));
            }
            told.add(channel.series().toString());
        }
        assertThat(told).containsExactly("[end RAISED]", "[loud RAISED, end RAISED]");
    }

    @Test
    void leavesOutDefaultRulesThatAreOff() throws IOException {
        assertThat(read("defaults: off").alerting().ruleNames()).isEmpty();
        assertThat(read("defaults: {lag: off, memory: off}").alerting().ruleNames())
                .hasSize(DefaultRules.all().size() - 2)
                .doesNotContain("lag", "memory");
        assertThat(read("every: 1s").alerting().ruleNames()).hasSameSizeAs(DefaultRules.all());
        assertThat(read("metrics: {a: {meter: m, above: 1}}").alerting().ruleNames())
                .contains("a");
    }

    @Test
    void addsKindsOfChannels() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "channels: {here: {kind: list}}");
        AlertFormat format =
                AlertFormat.create().withChannels("list", (name, settings) -> Optional.of(new Collector(name)));
        try (AlertManager manager =
                YamlSettings.read(file, format::read).alerting().start()) {
            assertThat(manager.channels()).extracting(ChannelStatus::channel).containsExactly("here");
        }
    }
}
