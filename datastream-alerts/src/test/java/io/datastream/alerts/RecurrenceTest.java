package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecurrenceTest {
    private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

    private static boolean holds(Recurrence recurrence, String time) {
        return recurrence.test(Instant.parse(time));
    }

    @Test
    void holdsFromItsBeginUntilItsEndInItsZone() {
        Recurrence window = new Recurrence(Set.of(DayOfWeek.SATURDAY), LocalTime.of(2, 0), Duration.ofHours(2), PARIS);
        assertThat(holds(window, "2026-01-03T00:59:59.999Z")).isFalse();
        assertThat(holds(window, "2026-01-03T01:00:00Z")).isTrue();
        assertThat(holds(window, "2026-01-03T02:59:59.999Z")).isTrue();
        assertThat(holds(window, "2026-01-03T03:00:00Z")).isFalse();
        assertThat(holds(window, "2026-01-04T01:30:00Z")).isFalse();
        assertThat(holds(window, "2026-07-04T00:00:00Z")).isTrue(); // summer time
    }

    @Test
    void goesOnBeyondMidnightAndOverSeveralDays() {
        Recurrence night = new Recurrence(Set.of(DayOfWeek.FRIDAY), LocalTime.of(22, 0), Duration.ofHours(50), PARIS);
        assertThat(holds(night, "2026-01-02T20:59:00Z")).isFalse();
        assertThat(holds(night, "2026-01-03T12:00:00Z")).isTrue();
        assertThat(holds(night, "2026-01-04T22:59:00Z")).isTrue();
        assertThat(holds(night, "2026-01-04T23:00:00Z")).isFalse();
    }

    @Test
    void isAsLongOnADayThatIsSetToSummerTime() {
        Recurrence window =
                new Recurrence(EnumSet.allOf(DayOfWeek.class), LocalTime.of(1, 0), Duration.ofHours(3), PARIS);
        assertThat(holds(window, "2026-03-29T02:59:00Z")).isTrue();
        assertThat(holds(window, "2026-03-29T03:00:00Z")).isFalse();
    }

    @Test
    void holdsAlwaysIfItLastsAWeek() {
        Recurrence always = new Recurrence(Set.of(DayOfWeek.MONDAY), LocalTime.MIDNIGHT, Duration.ofDays(7), PARIS);
        Instant start = Instant.parse("2026-02-01T00:00:00Z");
        for (int hour = 0; hour < 24 * 8; hour++) {
            assertThat(always.test(start.plus(Duration.ofHours(hour))))
                    .as("hour %d", hour)
                    .isTrue();
        }
    }
}
