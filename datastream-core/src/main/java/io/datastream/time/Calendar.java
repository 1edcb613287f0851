package io.datastream.time;

import java.time.ZoneId;

/**
 * Windows between the local boundaries of a time zone: a day may have 23 or 25 hours. A day starts at the first instant
 * of its date, a week on Monday, a month on its first day.
 *
 * @param unit what lies between two boundaries
 * @param zone whose local time counts
 * @param emitEmpty whether windows without records between two windows with records of the same key give a result
 */
public record Calendar(Unit unit, ZoneId zone, boolean emitEmpty) implements Windows {
    /** What lies between two boundaries. */
    public enum Unit {
        /** A local hour; where the clock is set by less than an hour, the hour in which it is set is as short or long. */
        HOUR,
        /** A local date. */
        DAY,
        /** Monday to Sunday. */
        WEEK,
        /** A month. */
        MONTH,
        /** January to March, and so on. */
        QUARTER,
        /** A year. */
        YEAR
    }

    /** Local hours. */
    public static Calendar hours(ZoneId zone) {
        return new Calendar(Unit.HOUR, zone, false);
    }

    /** Local days. */
    public static Calendar days(ZoneId zone) {
        return new Calendar(Unit.DAY, zone, false);
    }

    /** Weeks from Monday. */
    public static Calendar weeks(ZoneId zone) {
        return new Calendar(Unit.WEEK, zone, false);
    }

    /** Months. */
    public static Calendar months(ZoneId zone) {
        return new Calendar(Unit.MONTH, zone, false);
    }

    /** Windows of this unit. */
    public static Calendar of(Unit unit, ZoneId zone) {
        return new Calendar(unit, zone, false);
    }

    /** The same windows, with empty ones as in {@link Tumbling#withEmpty()}. */
    public Calendar withEmpty() {
        return new Calendar(unit, zone, true);
    }

    @Override
    public String describe() {
        return "calendar-" + unit.name().toLowerCase(java.util.Locale.ROOT) + "-" + zone.getId();
    }
}
