package io.datastream.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.engine.PortableCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertTest {
    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

    private static Alert alert(String series, AlertState state, int number) {
        return new Alert(
                "too-hot",
                "plant",
                series,
                Severity.WARNING,
                state,
                SINCE,
                SINCE.plusSeconds(90),
                93.5,
                90.0,
                "The temperature of " + series + " is too high.",
                "Seals melt at 95.",
                "Look at the valve.",
                Alert.episodeOf("plant", "too-hot", series, SINCE),
                number);
    }

    @Test
    void saysWhatSinceWhenTheValueTheLimitWhyAndWhereToLook() {
        assertThat(alert("boiler-3", AlertState.RAISED, 0).text()).isEqualTo("""
                WARNING raised: too-hot of boiler-3 in plant
                The temperature of boiler-3 is too high.
                It has been so since 2026-01-01T00:00:00Z, for 1 min 30 s.
                The value is 93.5.
                The limit is 90.
                Seals melt at 95.
                Look at the valve.""");
    }

    @Test
    void saysFromWhenToWhenAnEpisodeWas() {
        assertThat(alert("boiler-3", AlertState.CLEARED, 1).sentences())
                .contains("It was so from 2026-01-01T00:00:00Z to 2026-01-01T00:01:30Z, for 1 min 30 s.");
    }

    @Test
    void isAnObjectOfJsonWhateverIsInItsTexts() {
        Alert alert = new Alert(
                "r",
                "p",
                "\"},\n\\\u2028\u00b0",
                Severity.INFO,
                AlertState.RAISED,
                SINCE,
                SINCE,
                Double.POSITIVE_INFINITY,
                null,
                "What.",
                "Why.",
                "Where.",
                "e",
                0);
        assertThat(alert.json())
                .isEqualTo("{\"id\":\"e-0\",\"episode\":\"e\",\"number\":0,\"rule\":\"r\",\"pipeline\":\"p\","
                        + "\"series\":\"\\\"},\\n\\\\\\u2028\\u00b0\",\"severity\":\"INFO\",\"state\":\"RAISED\","
                        + "\"since\":\"2026-01-01T00:00:00Z\",\"at\":\"2026-01-01T00:00:00Z\",\"value\":\"Infinity\","
                        + "\"limit\":null,\"what\":\"What.\",\"why\":\"Why.\",\"whereToLook\":\"Where.\"}");
    }

    @Test
    void leavesOutNumbersThatAreNotThere() {
        Alert alert = new Alert(
                "r",
                "p",
                null,
                Severity.INFO,
                AlertState.RAISED,
                SINCE,
                SINCE,
                Double.NaN,
                null,
                "w",
                "y",
                "l",
                "e",
                0);
        assertThat(alert.value()).isNull();
        assertThat(alert.sentences()).noneMatch(sentence -> sentence.contains("value") || sentence.contains("limit"));
    }

    @Test
    void givesTheSameEpisodeForTheSameInput() {
        assertThat(Alert.episodeOf("plant", "too-hot", "boiler-3", SINCE))
                .isEqualTo("3f676c5edde40705312e86ad7465a20d");
    }

    @Test
    void givesAnotherEpisodeForAnyOtherInput() {
        assertThat(List.of(
                        Alert.episodeOf("plant", "too-hot", "a", SINCE),
                        Alert.episodeOf("plant", "too-hot", "", SINCE),
                        Alert.episodeOf("plant", "too-hot", null, SINCE),
                        Alert.episodeOf("plant", "too-hota", "", SINCE),
                        Alert.episodeOf("plantt", "oo-hot", "a", SINCE),
                        Alert.episodeOf("plant", "too-hot", "a", SINCE.plusNanos(1))))
                .doesNotHaveDuplicates();
    }

    @Test
    void keepsItsHeadlineAndSentencesOnOneLineWhateverTheKey() {
        Alert alert = alert("a\r\nBcc: all@example.org\u2028\u202e\u0000b", AlertState.RAISED, 0);
        assertThat(alert.headline()).isEqualTo("WARNING raised: too-hot of a Bcc: all@example.org b in plant");
        assertThat(alert.sentences()).allMatch(sentence -> sentence.matches("[\\x20-\\x7e]*"));
    }

    @Test
    void shortensALongKeyInItsHeadline() {
        assertThat(alert("x".repeat(10_000), AlertState.RAISED, 0).headline()).hasSizeLessThan(200);
    }

    @Test
    void refusesAFirstAlertThatIsNotRaised() {
        assertThatThrownBy(() -> alert("a", AlertState.CLEARED, 0))
                .hasMessage(
                        "number: 0 (expected: 0 for an alert that is raised, more for others; this one is CLEARED)");
        assertThatThrownBy(() -> alert("a", AlertState.RAISED, 1)).hasMessageStartingWith("number: 1");
    }

    @Test
    void travelsBetweenProcesses() {
        Alert alert = alert("boiler-3", AlertState.HELD, 1);
        assertThat(PortableCodec.rows().decode(PortableCodec.rows().encode(alert)))
                .isEqualTo(alert);
    }

    @Test
    void givesANoticeOfSeveralTheSameIdOnEachRun() {
        List<Alert> both = List.of(alert("a", AlertState.RAISED, 0), alert("b", AlertState.RAISED, 0));
        Notice notice = Notice.of(both);
        assertThat(notice.id())
                .isEqualTo(Notice.of(both).id())
                .isNotEqualTo(both.get(0).id());
        assertThat(notice.headline()).isEqualTo("WARNING raised: too-hot of a in plant and 1 more");
        assertThat(Notice.of(both.subList(0, 1)).id()).isEqualTo(both.get(0).id());
    }

    @Test
    void writesNumbersShortly() {
        assertThat(List.of(
                        AlertText.number(90),
                        AlertText.number(-93.5),
                        AlertText.number(1 / 3.0),
                        AlertText.number(1.2e-9),
                        AlertText.number(123456789012.0),
                        AlertText.number(1e300),
                        AlertText.number(Double.POSITIVE_INFINITY),
                        AlertText.number(-0.0)))
                .containsExactly("90", "-93.5", "0.333333", "1.2E-9", "123456789012", "1E+300", "Infinity", "0");
    }

    @Test
    void writesDurationsInTheirTwoLargestUnits() {
        assertThat(List.of(
                        AlertText.duration(Duration.ZERO),
                        AlertText.duration(Duration.ofMillis(2_500)),
                        AlertText.duration(Duration.ofSeconds(60)),
                        AlertText.duration(Duration.ofSeconds(3_599)),
                        AlertText.duration(Duration.ofSeconds(5_400)),
                        AlertText.duration(Duration.ofHours(49)),
                        AlertText.duration(Duration.ofSeconds(-90))))
                .containsExactly("0 s", "2.5 s", "1 min", "59 min 59 s", "1 h 30 min", "2 d 1 h", "-1 min 30 s");
    }

    @Test
    void shortensWithoutSplittingACharacter() {
        assertThat(AlertText.shortened("abc\ud83d\ude00defgh", 7)).isEqualTo("abc...");
        assertThat(AlertText.shortened("short", 5)).isEqualTo("short");
    }
}
