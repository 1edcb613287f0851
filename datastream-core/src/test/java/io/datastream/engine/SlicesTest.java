package io.datastream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.time.Calendar;
import io.datastream.time.EventTime;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlicesTest {
    private static final long HOUR = Duration.ofHours(1).toNanos();

    /** Which local date a unit begins with. */
    private static LocalDate first(LocalDate date, Calendar.Unit unit) {
        return switch (unit) {
            case HOUR, DAY -> date;
            case WEEK -> {
                LocalDate monday = date;
                while (monday.getDayOfWeek() != DayOfWeek.MONDAY) {
                    monday = monday.minusDays(1);
                }
                yield monday;
            }
            case MONTH -> LocalDate.of(date.getYear(), date.getMonth(), 1);
            case QUARTER -> LocalDate.of(date.getYear(), (date.getMonthValue() - 1) / 3 * 3 + 1, 1);
            case YEAR -> LocalDate.of(date.getYear(), 1, 1);
        };
    }

    /** Walks from a time until the label changes, first by hours, then by minutes, then by seconds. */
    private static long walk(long time, long sign, ZoneId zone, Function<ZonedDateTime, Object> label) {
        Object here = label.apply(EventTime.instant(time).atZone(zone));
        long at = time;
        for (long step : new long[] {20 * HOUR, HOUR, HOUR / 60, HOUR / 3_600}) {
            while (label.apply(EventTime.instant(at + sign * step).atZone(zone)).equals(here)) {
                at += sign * step;
            }
        }
        return at;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "Europe/Berlin",
                "America/New_York",
                "Australia/Lord_Howe",
                "Asia/Kathmandu",
                "Africa/Casablanca",
                "America/Santiago"
            })
    void calendarWindowsAreThoseOfAWalkAlongTheClock(String id) {
        ZoneId zone = ZoneId.of(id);
        SplittableRandom random = new SplittableRandom(id.hashCode());
        for (Calendar.Unit unit :
                new Calendar.Unit[] {Calendar.Unit.DAY, Calendar.Unit.WEEK, Calendar.Unit.MONTH, Calendar.Unit.QUARTER
                }) {
            Slices slices = Slices.of(Calendar.of(unit, zone));
            for (int i = 0; i < 60; i++) {
                long time = EventTime.nanos(Instant.parse("1995-01-01T00:00:00Z"))
                        + random.nextLong(40L * 365 * 24) * HOUR
                        + random.nextLong(3_600) * 1_000_000_000L;
                long slice = slices.of(time);
                long last = walk(time, 1, zone, at -> first(at.toLocalDate(), unit));
                long start = walk(time, -1, zone, at -> first(at.toLocalDate(), unit));
                String what = unit + " in " + zone + " at " + EventTime.instant(time);
                assertThat(EventTime.instant(slices.start(slice))).as(what).isEqualTo(EventTime.instant(start));
                assertThat(EventTime.instant(slices.end(slice)))
                        .as(what)
                        .isEqualTo(EventTime.instant(last + 1_000_000_000L));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"})
    void hoursEndWhereTheLocalHourOrTheOffsetChanges(String id) {
        ZoneId zone = ZoneId.of(id);
        Slices slices = Slices.of(Calendar.hours(zone));
        long time = EventTime.nanos(Instant.parse("2024-01-01T00:07:30Z"));
        for (int i = 0; i < 366 * 24; i++, time += HOUR) {
            long slice = slices.of(time);
            Function<ZonedDateTime, Object> label =
                    at -> at.toLocalDateTime().withMinute(0).withSecond(0) + " " + at.getOffset();
            long last = walkShort(time, 1, zone, label);
            long start = walkShort(time, -1, zone, label);
            assertThat(slices.start(slice))
                    .as("%s %s", zone, EventTime.instant(time))
                    .isEqualTo(start);
            assertThat(slices.end(slice))
                    .as("%s %s", zone, EventTime.instant(time))
                    .isEqualTo(last + 1_000_000_000L);
        }
    }

    private static long walkShort(long time, long sign, ZoneId zone, Function<ZonedDateTime, Object> label) {
        Object here = label.apply(EventTime.instant(time).atZone(zone));
        long at = time;
        for (long step : new long[] {HOUR / 60, HOUR / 3_600}) {
            while (label.apply(EventTime.instant(at + sign * step).atZone(zone)).equals(here)) {
                at += sign * step;
            }
        }
        return at;
    }

    @Test
    void daysOfBerlinHave23And25Hours() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Slices slices = Slices.of(Calendar.days(berlin));
        for (String[] each : new String[][] {{"2025-03-30", "23"}, {"2025-10-26", "25"}, {"2025-07-01", "24"}}) {
            LocalDateTime noon = LocalDate.parse(each[0]).atTime(12, 0);
            long slice = slices.of(EventTime.nanos(noon.atZone(berlin).toInstant()));
            assertThat((slices.end(slice) - slices.start(slice)) / HOUR)
                    .as(each[0])
                    .isEqualTo(Long.parseLong(each[1]));
        }
    }

    @ParameterizedTest
    @EnumSource(Calendar.Unit.class)
    void theFirstAndLastWindowEndWhereTheRangeOfTimesDoes(Calendar.Unit unit) {
        Slices slices = Slices.of(Calendar.of(unit, ZoneId.of("Pacific/Auckland")));
        for (long time : new long[] {EventTime.EARLIEST, EventTime.LATEST}) {
            long slice = slices.of(time);
            assertThat(slices.start(slice)).isLessThanOrEqualTo(time);
            assertThat(slices.end(slice)).isGreaterThan(time);
        }
    }

    @Test
    void slicesOfAGridHoldTheirTimesAlsoBefore1970() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 2_000; i++) {
            long size = 1 + random.nextLong(1_000);
            Slices slices = random.nextBoolean()
                    ? Slices.of(Tumbling.of(Duration.ofNanos(size))
                            .withOffset(Duration.ofNanos(random.nextLong(-2_000, 2_000))))
                    : Slices.of(Sliding.of(Duration.ofNanos(size)).every(Duration.ofNanos(1 + random.nextLong(1_000))));
            long time = random.nextLong(-10_000, 10_000);
            long slice = slices.of(time);
            assertThat(time).isBetween(slices.start(slice), slices.end(slice) - 1);
            assertThat(slices.of(slices.end(slice))).isEqualTo(slice + 1);
        }
    }
}
