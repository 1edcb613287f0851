package io.datastream.engine;

import io.datastream.time.Calendar;
import io.datastream.time.EventTime;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windows;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/**
 * Cuts time into numbered slices. A window is {@link #perWindow} slices, and one ends every {@link #perStep} slices.
 */
abstract class Slices {
    final int perWindow;
    final int perStep;

    private Slices(int perWindow, int perStep) {
        this.perWindow = perWindow;
        this.perStep = perStep;
    }

    /** The number of the slice that a time lies in. */
    abstract long of(long time);

    /** The first nanosecond of a slice. */
    abstract long start(long slice);

    /** The first nanosecond after a slice. */
    abstract long end(long slice);

    /** The number of the slice after one. */
    abstract long next(long slice);

    /** Those of windows on the clock; null for others. */
    static @Nullable Slices ofAny(Windows windows) {
        if (windows instanceof Tumbling tumbling) {
            return of(tumbling);
        }
        if (windows instanceof Sliding sliding) {
            return of(sliding);
        }
        return windows instanceof Calendar calendar ? of(calendar) : null;
    }

    static Slices of(Tumbling windows) {
        return new Grid(windows.size().toNanos(), windows.offset().toNanos(), 1, 1);
    }

    static Slices of(Sliding windows) {
        long slice = windows.sliceNanos();
        return new Grid(
                slice,
                windows.offset().toNanos(),
                Math.toIntExact(windows.size().toNanos() / slice),
                Math.toIntExact(windows.step().toNanos() / slice));
    }

    static Slices of(Calendar windows) {
        return new Local(windows.unit(), windows.zone());
    }

    /** Slices of equal length. Slice k is {@code [offset + k * length, offset + (k + 1) * length)}. */
    private static final class Grid extends Slices {
        private final long length;
        private final long offset;

        Grid(long length, long offset, int perWindow, int perStep) {
            super(perWindow, perStep);
            this.length = length;
            this.offset = Math.floorMod(offset, length * perStep);
        }

        @Override
        long of(long time) {
            // times near the ends of the range are no event times, so the difference does not overflow
            return Math.floorDiv(time - offset, length);
        }

        @Override
        long start(long slice) {
            return slice * length + offset;
        }

        @Override
        long end(long slice) {
            return (slice + 1) * length + offset;
        }

        @Override
        long next(long slice) {
            return slice + 1;
        }
    }

    /**
     * Slices between local boundaries, each numbered by its first nanosecond. The slice found last is remembered, since
     * the next record nearly always lies in it.
     */
    private static final class Local extends Slices {
        private final Calendar.Unit unit;
        private final ZoneId zone;
        private long start = EventTime.MAX;
        private long end = EventTime.MIN;

        Local(Calendar.Unit unit, ZoneId zone) {
            super(1, 1);
            this.unit = unit;
            this.zone = zone;
        }

        @Override
        long of(long time) {
            if (time < start || time >= end) {
                find(time);
            }
            return start;
        }

        @Override
        long start(long slice) {
            return slice;
        }

        @Override
        long end(long slice) {
            of(slice);
            return end;
        }

        @Override
        long next(long slice) {
            return end(slice);
        }

        private void find(long time) {
            Instant instant = EventTime.instant(time);
            if (unit == Calendar.Unit.HOUR) {
                findHour(instant);
                return;
            }
            LocalDate date = instant.atZone(zone).toLocalDate();
            LocalDate first = switch (unit) {
                case DAY, HOUR -> date;
                case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                case MONTH -> date.withDayOfMonth(1);
                case QUARTER -> date.with(IsoFields.DAY_OF_QUARTER, 1);
                case YEAR -> date.withDayOfYear(1);
            };
            LocalDate after = switch (unit) {
                case DAY, HOUR -> first.plusDays(1);
                case WEEK -> first.plusWeeks(1);
                case MONTH -> first.plusMonths(1);
                case QUARTER -> first.plusMonths(3);
                case YEAR -> first.plusYears(1);
            };
            long from = nanos(first);
            long to = nanos(after);
            if (time < from) {
                // the clock was set back over midnight: this second part of the day before belongs to the day before
                LocalDate before = first.minusDays(1);
                to = from;
                from = nanos(before);
            } else if (time >= to) {
                // the clock was set back over midnight: what comes after the day's first end belongs to the next
                from = to;
                to = nanos(after.plusDays(1));
            }
            start = from;
            end = to;
        }

        /** The start of a date; the first and the last window end where the range of times does. */
        private long nanos(LocalDate date) {
            Instant start = date.atStartOfDay(zone).toInstant();
            if (start.getEpochSecond() < EventTime.EARLIEST / 1_000_000_000L) {
                return EventTime.EARLIEST;
            }
            return start.getEpochSecond() > EventTime.LATEST / 1_000_000_000L
                    ? EventTime.LATEST + 1
                    : EventTime.nanos(start);
        }

        /** From the last change of the local hour to the next: a full hour, or up to where the clock is set. */
        private void findHour(Instant instant) {
            ZoneRules rules = zone.getRules();
            ZoneOffset offset = rules.getOffset(instant);
            long local = instant.getEpochSecond() + offset.getTotalSeconds();
            long from = Math.floorDiv(local, 3_600L) * 3_600L - offset.getTotalSeconds();
            long to = from + 3_600L;
            ZoneOffsetTransition before = rules.previousTransition(instant.plusNanos(1));
            if (before != null && before.toEpochSecond() > from) {
                from = before.toEpochSecond();
            }
            ZoneOffsetTransition after = rules.nextTransition(instant);
            if (after != null && after.toEpochSecond() < to) {
                to = after.toEpochSecond();
            }
            start = from * 1_000_000_000L;
            end = to * 1_000_000_000L;
        }
    }
}
