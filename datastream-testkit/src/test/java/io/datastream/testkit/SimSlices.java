package io.datastream.testkit;

import io.datastream.time.Calendar;
import io.datastream.time.EventTime;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Windows of the model that are cut into slices. Slices of a calendar are numbered by their first nanosecond. */
final class SimSlices {
    private final @Nullable Calendar calendar;
    private final long length;
    private final long offset;

    /** Slices a window. */
    final long size;

    /** Slices from one window to the next. */
    final long step;

    /** Whether windows without records between two with records give a result. */
    final boolean empty;

    private SimSlices(@Nullable Calendar calendar, long length, long offset, long size, long step, boolean empty) {
        this.calendar = calendar;
        this.length = length;
        this.offset = offset;
        this.size = size;
        this.step = step;
        this.empty = empty;
    }

    /** Null for windows whose extent depends on the records. */
    static @Nullable SimSlices of(Windows windows) {
        if (windows instanceof Tumbling tumbling) {
            return new SimSlices(
                    null, tumbling.size().toNanos(), tumbling.offset().toNanos(), 1, 1, tumbling.emitEmpty());
        }
        if (windows instanceof Sliding sliding) {
            long size = sliding.size().toNanos();
            long step = sliding.step().toNanos();
            long length = size;
            while (size % length != 0 || step % length != 0) {
                length = smaller(size, step, length);
            }
            return new SimSlices(
                    null,
                    length,
                    Math.floorMod(sliding.offset().toNanos(), step),
                    size / length,
                    step / length,
                    sliding.emitEmpty());
        }
        return windows instanceof Calendar calendar ? new SimSlices(calendar, 0, 0, 1, 1, calendar.emitEmpty()) : null;
    }

    /** The next smaller length to try as a common divisor: the remainder that is left. */
    private static long smaller(long size, long step, long length) {
        return size % length != 0 ? size % length : step % length;
    }

    long of(long time) {
        if (calendar == null) {
            return Math.floorDiv(time - offset, length);
        }
        return EventTime.nanos(boundary(time, 0).toInstant());
    }

    long start(long slice) {
        return calendar == null ? offset + slice * length : slice;
    }

    long end(long slice) {
        return calendar == null
                ? offset + (slice + 1) * length
                : EventTime.nanos(boundary(slice, 1).toInstant());
    }

    private ZonedDateTime boundary(long time, int plus) {
        ZonedDateTime local = Instant.ofEpochSecond(0, time).atZone(SimStep.ZONE);
        if (calendar != null && calendar.unit() == Calendar.Unit.HOUR) {
            return local.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(plus));
        }
        return local.toLocalDate().plusDays(plus).atStartOfDay(SimStep.ZONE);
    }

    /** Whether a window lies around a slice. */
    boolean isCovered(long slice) {
        return calendar != null || Math.floorMod(slice, step) < size;
    }

    /** The numbers of the last slices of the windows around a slice. */
    List<Long> ends(long slice) {
        if (calendar != null) {
            return List.of(slice);
        }
        List<Long> ends = new ArrayList<>();
        for (long end = slice; end < slice + size; end++) {
            if (Math.floorMod(end + 1 - size, step) == 0) {
                ends.add(end);
            }
        }
        return ends;
    }

    /** The last slice of the window after one. */
    long next(long end) {
        return calendar != null ? end(end) : end + step;
    }

    /** The first slice of the window with this last one. */
    long first(long end) {
        return calendar != null ? end : end + 1 - size;
    }
}
