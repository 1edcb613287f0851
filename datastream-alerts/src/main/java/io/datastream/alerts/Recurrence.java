package io.datastream.alerts;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A time that comes again each week: from an hour of the clock in a zone, for a duration as clocks do not show it, so it is as
 * long on days that are set to summer time.
 *
 * @param days on which it begins
 * @param at when it begins
 * @param duration at most a week
 */
record Recurrence(Set<DayOfWeek> days, LocalTime at, Duration duration, ZoneId zone) implements Predicate<Instant> {
    static final Duration LONGEST = Duration.ofDays(7);

    Recurrence {
        days = Set.copyOf(days);
    }

    @Override
    public boolean test(Instant now) {
        LocalDate today = now.atZone(zone).toLocalDate();
        for (long back = 0; back <= duration.toDays() + 1; back++) {
            LocalDate day = today.minusDays(back);
            Instant begin = ZonedDateTime.of(day, at, zone).toInstant();
            if (days.contains(day.getDayOfWeek()) && !now.isBefore(begin) && now.isBefore(begin.plus(duration))) {
                return true;
            }
        }
        return false;
    }
}
