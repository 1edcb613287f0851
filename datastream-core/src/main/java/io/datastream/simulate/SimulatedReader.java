package io.datastream.simulate;

import io.datastream.source.SourceReader;
import io.datastream.time.EventTime;
import java.time.Clock;
import java.util.List;

/** Plays the arrivals of one series after the other. A position is the number of the series and the place in it. */
final class SimulatedReader implements SourceReader<Sample> {
    private static final int PLACE_BITS = 32;
    private static final long PLACE = (1L << PLACE_BITS) - 1;

    private final SeriesGenerator generator;
    private final boolean isEndless;
    private final SimulatedSource.Pace pace;
    private final Clock clock;
    private final long startedAt;

    private long number;
    private List<Sample> arrivals;
    private int next;

    /** The highest event time so far in this series: when the simulated world is. */
    private long now = EventTime.MIN;

    private long played;
    private long firstTime = EventTime.MIN;

    SimulatedReader(
            SeriesGenerator generator, boolean isEndless, SimulatedSource.Pace pace, Clock clock, long position) {
        this.generator = generator;
        this.isEndless = isEndless;
        this.pace = pace;
        this.clock = clock;
        this.startedAt = EventTime.nanos(clock.instant());
        this.number = position >> PLACE_BITS;
        this.arrivals = generator.after(number).generate().arrivals();
        this.next = (int) Math.min(position & PLACE, arrivals.size());
        for (Sample before : arrivals.subList(0, next)) {
            now = Math.max(now, before.timeNanos());
        }
        turn();
    }

    @Override
    public Status poll(int max, Collector<? super Sample> out) {
        double passed = pace.isBounded() ? EventTime.nanos(clock.instant()) - startedAt : 0;
        for (int i = 0; i < max && isLeft(); i++) {
            if (!isDue(passed)) {
                return Status.CAUGHT_UP;
            }
            Sample sample = arrivals.get(next);
            long offset = number << PLACE_BITS | next;
            now = Math.max(now, sample.timeNanos());
            next++;
            played++;
            turn();
            out.record(offset, now, sample, null);
        }
        if (!isLeft()) {
            return Status.END;
        }
        return isDue(passed) ? Status.MORE : Status.CAUGHT_UP;
    }

    private boolean isLeft() {
        return next < arrivals.size();
    }

    private boolean isDue(double passed) {
        long time = Math.max(now, arrivals.get(next).timeNanos());
        if (firstTime == EventTime.MIN) {
            firstTime = time;
        }
        return pace.due(played, time - firstTime) <= passed;
    }

    /** Begins the next series where this one has ended. */
    private void turn() {
        if (isEndless && next == arrivals.size()) {
            number++;
            arrivals = generator.after(number).generate().arrivals();
            next = 0;
            now = EventTime.MIN; // so that log times are the same for one who begins reading here
        }
    }

    @Override
    public void close() {}
}
