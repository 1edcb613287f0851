package io.datastream.alerts;

import static io.datastream.alerts.Alarms.brief;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.alert.Alert;
import io.datastream.alert.Severity;
import io.datastream.alerts.RuleModel.Kind;
import io.datastream.alerts.RuleModel.Seen;
import io.datastream.testkit.ProcessorVerifier;
import io.datastream.testkit.ProcessorVerifier.Item;
import io.datastream.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AlertRuleTest {
    private static final double NEVER = Double.POSITIVE_INFINITY;

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static AlertRule<Reading> tooHot() {
        return AlertRule.above("too-hot", Reading::value, 90);
    }

    @Test
    void raisesAndClearsAsInTheExample() {
        AlertRule<Reading> rule = tooHot().withClearLimit(85).lasting(seconds(10));
        assertThat(brief(Alarms.of(rule, Reading.at(0, 91), Reading.at(5, 86), Reading.at(20, 84))))
                .containsExactly("RAISED@10 WARNING 91 since 0", "CLEARED@20 WARNING 84 since 0");
    }

    @Test
    void saysWhatSinceWhenWhyAndWhereToLook() {
        AlertRule<Reading> rule =
                tooHot().about("temperature").because("Seals melt at 95.").lookAt("Look at the valve.");
        List<Alert> alerts = Alarms.of(rule, Reading.at(0, 93.5), Reading.at(90, 80));
        assertThat(alerts).hasSize(2);
        assertThat(alerts.get(0).text()).isEqualTo("""
                WARNING raised: too-hot of a in plant
                The temperature of a is 93.5, above the limit of 90.
                It has been so since 2026-01-01T00:00:00Z, for 0 s.
                The value is 93.5.
                The limit is 90.
                Seals melt at 95.
                Look at the valve.""");
        assertThat(alerts.get(1).text()).isEqualTo("""
                WARNING cleared: too-hot of a in plant
                The temperature of a is 80 again, which is not above 90.
                It was so from 2026-01-01T00:00:00Z to 2026-01-01T00:01:30Z, for 1 min 30 s.
                The value is 80.
                The limit is 90.
                Seals melt at 95.
                Look at the valve.""");
        assertThat(alerts.get(0).episode()).isEqualTo(alerts.get(1).episode());
    }

    @Test
    void saysSomethingUsefulWithoutTexts() {
        Alert alert = Alarms.of(tooHot(), Reading.at(0, 91)).get(0);
        assertThat(alert.sentences())
                .contains(
                        "The value of a is 91, above the limit of 90.",
                        "Rule too-hot takes it for a problem when the value is above 90.",
                        "Look at the records of a from 2026-01-01T00:00:00Z on.");
    }

    @Test
    void worsensByAFurtherLimit() {
        AlertRule<Reading> rule = tooHot().withWorseLimit(95);
        List<Alert> alerts =
                Alarms.of(rule, Reading.at(0, 91), Reading.at(1, 96), Reading.at(2, 97), Reading.at(3, 80));
        assertThat(brief(alerts))
                .containsExactly(
                        "RAISED@0 WARNING 91 since 0",
                        "WORSENED@1 CRITICAL 96 since 0",
                        "CLEARED@3 CRITICAL 80 since 0");
        assertThat(alerts.get(1).limit()).isEqualTo(95);
        assertThat(alerts.get(1).what())
                .isEqualTo(
                        "The value of a is 96, and has been above the limit of 90 for 1 s, at times above the further"
                                + " limit of 95.");
    }

    @Test
    void worsensWhenItLastsAlsoWithoutRecords() {
        AlertRule<Reading> rule = tooHot().withWorseAfter(seconds(60)).withSeverity(Severity.INFO, Severity.WARNING);
        assertThat(brief(Alarms.upTo(100, rule, Reading.at(0, 91))))
                .containsExactly("RAISED@0 INFO 91 since 0", "WORSENED@60 WARNING 91 since 0");
    }

    @Test
    void remindsNotMoreOftenThanAskedFor() {
        AlertRule<Reading> rule = tooHot().withReminder(seconds(10));
        assertThat(brief(Alarms.of(rule, Reading.at(0, 91), Reading.at(9, 92), Reading.at(12, 93), Reading.at(21, 94))))
                .containsExactly("RAISED@0 WARNING 91 since 0", "HELD@12 WARNING 93 since 0");
    }

    @Test
    void tellsEpisodesOfOneMomentApart() {
        List<Alert> alerts = Alarms.of(
                tooHot(),
                Reading.at(0, 91),
                Reading.at(0, 1),
                Reading.at(0, 2),
                Reading.at(0, 92),
                Reading.at(0, 1),
                Reading.at(1, 91));
        assertThat(alerts).extracting(Alert::id).doesNotHaveDuplicates();
        assertThat(alerts).extracting(Alert::episode).contains(Alert.episodeOf("plant", "too-hot", "a", Reading.START));
        assertThat(alerts).hasSize(5);
    }

    @Test
    void raisesWhenNothingComesAndClearsWhenSomethingDoes() {
        AlertRule<Reading> rule =
                AlertRule.<Reading>absence("silent", seconds(60)).about("heartbeat");
        List<Alert> alerts = Alarms.of(rule, Reading.at(0, 1), Reading.at(30, 1), Reading.at(120, 1));
        assertThat(brief(alerts)).containsExactly("RAISED@90 WARNING 60 since 30", "CLEARED@120 WARNING 90 since 30");
        assertThat(alerts.get(0).what()).isEqualTo("The heartbeat of a has not come for 1 min.");
        assertThat(alerts.get(1).what()).isEqualTo("The heartbeat of a has come again after 1 min 30 s.");
        assertThat(alerts.get(0).limit()).isEqualTo(60);
    }

    @Test
    void raisesWhenAnEventIsNotFollowedByAnother() {
        AlertRule<Reading> rule =
                AlertRule.notFollowed("no-answer", r -> r.value() == 1, r -> r.value() == 2, seconds(10));
        assertThat(brief(Alarms.of(
                        rule,
                        Reading.at(0, 1),
                        Reading.at(9, 2), // in time
                        Reading.at(20, 1),
                        Reading.at(25, 1), // changes nothing
                        Reading.at(30, 2), // at the very end
                        Reading.at(40, 2))))
                .containsExactly("RAISED@30 WARNING 10 since 20", "CLEARED@30 WARNING 10 since 20");
        AlertRule<Reading> chain =
                AlertRule.notFollowed("chain", r -> r.value() >= 1, r -> r.value() == 2, seconds(10));
        assertThat(brief(Alarms.upTo(20, chain, Reading.at(0, 1), Reading.at(5, 2)))) // which is both
                .containsExactly("RAISED@15 WARNING 10 since 5");
    }

    @Test
    void raisesWhenANumberChangesTooFast() {
        AlertRule<Reading> rule = AlertRule.rateAbove("jump", Reading::value, 6, seconds(60));
        assertThat(brief(Alarms.of(
                        rule,
                        Reading.at(0, 0),
                        Reading.at(10, 1),
                        Reading.at(20, -1),
                        Reading.at(30, Double.NaN),
                        Reading.at(40, -1))))
                .containsExactly("RAISED@20 WARNING 12 since 20", "CLEARED@40 WARNING 0 since 20");
    }

    @Test
    void raisesOnAnOutlierAndOnAScoreOfEitherSign() {
        AlertRule<Reading> outlier = AlertRule.outlier("odd", 3, Reading::value, 3);
        assertThat(brief(Alarms.of(
                        outlier,
                        Reading.at(0, 1),
                        Reading.at(1, 2),
                        Reading.at(2, 3),
                        Reading.at(3, 10),
                        Reading.at(4, 3))))
                .containsExactly("RAISED@3 WARNING 5.39593 since 3", "CLEARED@4 WARNING 0 since 3");
        AlertRule<Reading> score = AlertRule.scoreAbove("odd", Reading::value, 3);
        assertThat(brief(Alarms.of(score, Reading.at(0, -4), Reading.at(1, 2))))
                .containsExactly("RAISED@0 WARNING 4 since 0", "CLEARED@1 WARNING 2 since 0");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> AlertRule.above(" ", Reading::value, 1)).hasMessage("rule: \" \" (expected: a name)");
        assertThatThrownBy(() -> tooHot().withClearLimit(91))
                .hasMessage(
                        "limits: clear 91.0, limit 90.0, worse Infinity (expected: finite, and in this order not falling)");
        assertThatThrownBy(() -> AlertRule.below("cold", Reading::value, 1).withWorseLimit(2))
                .hasMessageStartingWith("limits: clear 1.0, limit 1.0, worse 2.0");
        assertThatThrownBy(() -> AlertRule.above("r", Reading::value, Double.NaN))
                .hasMessageStartingWith("limits:");
        assertThatThrownBy(() -> AlertRule.absence("r", Duration.ZERO))
                .hasMessage("longest: PT0S (expected: more than zero)");
        assertThatThrownBy(() -> AlertRule.absence("r", seconds(1)).withClearLimit(1))
                .hasMessage("clear limit: for rule r (expected: a rule with a limit for numbers)");
        assertThatThrownBy(() -> tooHot().lasting(seconds(5)).withWorseAfter(seconds(5)))
                .hasMessage("worse after: PT5S (expected: more than the PT5S after which it is raised)");
        assertThatThrownBy(() -> tooHot().withSeverity(Severity.CRITICAL, Severity.INFO))
                .hasMessageStartingWith("severity when worse: INFO");
    }

    @Test
    void equalsAModelOfWholeStretches() {
        Seeds.forEach(400, seed -> {
            Random random = new Random(seed);
            List<Reading> readings = Reading.random(random, "a", random.nextInt(40));
            boolean upper = random.nextBoolean();
            double sign = upper ? 1 : -1;
            double limit = 3 + random.nextInt(5);
            double clear = limit - sign * random.nextInt(3);
            double worse = random.nextBoolean() ? limit + sign * random.nextInt(4) : sign * NEVER;
            int lasting = random.nextBoolean() ? 0 : 1 + random.nextInt(8);
            double worseAfter = random.nextBoolean() ? NEVER : lasting + 1 + random.nextInt(8);
            double reminder = random.nextBoolean() ? NEVER : 1 + random.nextInt(6);
            AlertRule<Reading> rule = upper
                    ? AlertRule.above("limit", Reading::value, limit)
                    : AlertRule.below("limit", Reading::value, limit);
            rule = rule.withClearLimit(clear).withWorseLimit(worse);
            rule = lasting == 0 ? rule : rule.lasting(seconds(lasting));
            rule = worseAfter == NEVER ? rule : rule.withWorseAfter(seconds((long) worseAfter));
            rule = reminder == NEVER ? rule : rule.withReminder(seconds((long) reminder));
            List<Seen> seen = RuleModel.see(readings, reading -> {
                double x = reading.value() * sign;
                if (x > worse * sign && x > limit * sign) {
                    return Kind.WORSE;
                }
                return x > limit * sign ? Kind.BAD : x <= clear * sign ? Kind.FINE : Kind.SILENT;
            });
            List<Alert> alerts = Alarms.toTheEnd(rule, readings);
            assertThat(brief(alerts))
                    .as("%s", readings)
                    .isEqualTo(new RuleModel(lasting, worseAfter, reminder).alerts(seen));
            assertThat(alerts).extracting(Alert::id).doesNotHaveDuplicates();
            assertThat(Alarms.withCrashes(rule, readings, random)).isEqualTo(alerts);
        });
    }

    @Test
    void findsEverySilenceOfAModel() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            List<Reading> readings = Reading.random(random, "a", random.nextInt(40));
            int longest = 1 + random.nextInt(4);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < readings.size(); i++) {
                double since = Alarms.second(readings.get(i).time());
                double next = i + 1 < readings.size()
                        ? Alarms.second(readings.get(i + 1).time())
                        : NEVER;
                if (next - since >= longest) {
                    expected.add(
                            "RAISED@" + (long) (since + longest) + " WARNING " + longest + " since " + (long) since);
                }
                if (next - since >= longest && next < NEVER) {
                    expected.add(
                            "CLEARED@" + (long) next + " WARNING " + (long) (next - since) + " since " + (long) since);
                }
            }
            AlertRule<Reading> rule = AlertRule.absence("silent", seconds(longest));
            assertThat(brief(Alarms.toTheEnd(rule, readings)))
                    .as("%s", readings)
                    .isEqualTo(expected);
        });
    }

    @Test
    void judgesRatesAndOutliersAsAModelDoes() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            List<Reading> readings = Reading.random(random, "a", random.nextInt(40));
            List<Reading> numbers =
                    readings.stream().filter(r -> !Double.isNaN(r.value())).toList();
            int rows = 2 + random.nextInt(4);
            List<Seen> rates = new ArrayList<>();
            List<Seen> scores = new ArrayList<>();
            for (int i = 0; i < numbers.size(); i++) {
                double at = Alarms.second(numbers.get(i).time());
                double now = numbers.get(i).value();
                double passed =
                        i == 0 ? 0 : at - Alarms.second(numbers.get(i - 1).time());
                if (passed > 0) {
                    double rate = Math.abs(now - numbers.get(i - 1).value()) / passed;
                    rates.add(new Seen(at, rate > 3 ? Kind.BAD : Kind.FINE, rate));
                }
                if (i >= rows) {
                    double[] before = numbers.subList(i - rows, i).stream()
                            .mapToDouble(Reading::value)
                            .toArray();
                    double median = median(before);
                    double spread = 1.4826
                            * median(Arrays.stream(before)
                                    .map(x -> Math.abs(x - median))
                                    .toArray());
                    double score = now == median ? 0 : Math.abs(now - median) / spread;
                    scores.add(new Seen(at, score > 2 ? Kind.BAD : Kind.FINE, score));
                }
            }
            RuleModel atOnce = new RuleModel(0, NEVER, NEVER);
            assertThat(brief(Alarms.toTheEnd(AlertRule.rateAbove("r", Reading::value, 3, seconds(1)), readings)))
                    .as("rates of %s", readings)
                    .isEqualTo(atOnce.alerts(rates));
            assertThat(brief(Alarms.toTheEnd(AlertRule.outlier("o", rows, Reading::value, 2), readings)))
                    .as("scores of %s", readings)
                    .isEqualTo(atOnce.alerts(scores));
        });
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    @Test
    void findsEveryMissingAnswerOfAModel() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            List<Reading> readings = Reading.random(random, "a", random.nextInt(40));
            int within = 1 + random.nextInt(8);
            AlertRule<Reading> rule =
                    AlertRule.notFollowed("no-answer", r -> r.value() < 3, r -> r.value() > 7, seconds(within));
            List<String> expected = new ArrayList<>();
            double waitsSince = NEVER;
            for (Reading reading : readings) {
                double now = Alarms.second(reading.time());
                if (waitsSince == NEVER && reading.value() < 3) {
                    waitsSince = now;
                } else if (waitsSince != NEVER && reading.value() > 7) {
                    if (now - waitsSince >= within) {
                        expected.add("RAISED@" + (long) (waitsSince + within) + " WARNING " + within + " since "
                                + (long) waitsSince);
                        expected.add("CLEARED@" + (long) now + " WARNING " + (long) (now - waitsSince) + " since "
                                + (long) waitsSince);
                    }
                    waitsSince = NEVER;
                }
            }
            if (waitsSince != NEVER) {
                expected.add("RAISED@" + (long) (waitsSince + within) + " WARNING " + within + " since "
                        + (long) waitsSince);
            }
            assertThat(brief(Alarms.toTheEnd(rule, readings)))
                    .as("%s", readings)
                    .isEqualTo(expected);
        });
    }

    private static List<Item<String, Reading>> items(long seed) {
        Random random = new Random(seed);
        List<Item<String, Reading>> items = new ArrayList<>();
        for (String sensor : List.of("a", "b", "c")) {
            Reading.random(random, sensor, random.nextInt(25))
                    .forEach(reading -> items.add(Item.of(sensor, reading.time(), reading)));
        }
        return items;
    }

    private static void verify(AlertRule<Reading> rule) {
        ProcessorVerifier.of(rule, AlertRuleTest::items).withRounds(8).verify();
    }

    @Test
    void givesTheSameAlertsHoweverThresholdsAreFed() {
        verify(AlertRule.above("t", Reading::value, 6)
                .withClearLimit(4)
                .withWorseLimit(8)
                .lasting(seconds(3))
                .withWorseAfter(seconds(9))
                .withReminder(seconds(2)));
        verify(AlertRule.below("t", Reading::value, 4));
    }

    @Test
    void givesTheSameAlertsHoweverRatesAndScoresAreFed() {
        verify(AlertRule.rateAbove("t", Reading::value, 3, seconds(1)));
        verify(AlertRule.outlier("t", 5, Reading::value, 2));
        verify(AlertRule.scoreAbove("t", Reading::value, 5));
    }

    @Test
    void givesTheSameAlertsHoweverSilencesAndSequencesAreFed() {
        verify(AlertRule.<Reading>absence("t", seconds(3)).withWorseAfter(seconds(5)));
        verify(AlertRule.notFollowed("t", r -> r.value() < 3, r -> r.value() > 7, seconds(4)));
    }
}
