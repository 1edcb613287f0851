package io.datastream.testkit;

import io.datastream.KeyedStream;
import io.datastream.WindowedStream;
import io.datastream.error.Late;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.time.Calendar;
import io.datastream.time.Counted;
import io.datastream.time.Rolling;
import io.datastream.time.Session;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import io.datastream.time.Windows;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A step with state in a simulated pipeline.
 *
 * @param windows its windows, or null for a processor
 * @param processor its processor, or null for windows
 * @param lateSide whether its late records have an output of their own
 */
record SimStep(
        String name,
        @Nullable Windows windows,
        @Nullable KeyedProcessor<String, Num, SimProcessors.State, Num> processor,
        boolean lateSide) {
    static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    SideOutput<Late<Num>> side() {
        return SideOutput.named("late-" + name);
    }

    /** The step, before its results are made records again. */
    KeyedStream<String, Num> apply(KeyedStream<String, Num> input, SimPipeline.Sides sides) {
        if (windows != null) {
            WindowedStream<String, Num> windowed = input.window(windows);
            KeyedStream<String, Windowed<String, Trace.Result>> results = (lateSide
                            ? windowed.withLate(side())
                            : windowed)
                    .aggregate(new Trace())
                    .named(name);
            if (lateSide) {
                sides.add(results.side(side()).to(sides.lateSink(name)));
            }
            return results.mapValues(SimStep::number);
        }
        KeyedStream<String, Num> results =
                (lateSide ? input.process(processor, side()) : input.process(processor)).named(name);
        if (lateSide) {
            sides.add(results.side(side()).to(sides.lateSink(name)));
        }
        if (processor instanceof SimProcessors.Ewma) {
            sides.add(results.side(SimProcessors.LARGE).to(sides.sideSink(name)));
        }
        return results;
    }

    static Num number(Windowed<String, Trace.Result> result) {
        Trace.Result trace = result.value();
        return Num.of(
                result.key(),
                result.window().endNanos(),
                trace.sum(),
                trace.hash() * 31 + trace.count() * 7 + result.window().startNanos());
    }

    /** By how much its results may lie behind its input. */
    long delay() {
        if (windows instanceof Session session) {
            return session.boundary() == Session.Boundary.INCLUSIVE ? 2 : 1;
        }
        return processor == null ? 0 : processor.outputDelayNanos();
    }

    /** Whether its results may be any time behind. */
    boolean isUnbounded() {
        return windows instanceof Tumbling tumbling && tumbling.emitEmpty()
                || windows instanceof Sliding sliding && sliding.emitEmpty()
                || windows instanceof Calendar calendar && calendar.emitEmpty();
    }

    /** Whether nothing is kept when the input has ended. */
    boolean forgetsAll() {
        return !isUnbounded()
                        && (windows instanceof Tumbling
                                || windows instanceof Sliding
                                || windows instanceof Calendar
                                || windows instanceof Session)
                || processor instanceof SimProcessors.Deadman
                || processor instanceof SimProcessors.Rest;
    }

    static SimStep random(Random random, String name, long unit, boolean last) {
        boolean lateSide = random.nextInt(3) == 0;
        if (random.nextInt(5) < 2) {
            KeyedProcessor<String, Num, SimProcessors.State, Num> processor = switch (random.nextInt(6)) {
                case 0, 1 -> new SimProcessors.Ewma();
                case 2 -> new SimProcessors.Deadman(unit * (1 + random.nextInt(30)));
                case 3 -> new SimProcessors.Midpoints(unit * (1 + random.nextInt(20)));
                case 4 -> new SimProcessors.Triples();
                default -> new SimProcessors.Rest();
            };
            return new SimStep(name, null, processor, lateSide);
        }
        return new SimStep(name, windows(random, unit, last), null, lateSide);
    }

    private static Windows windows(Random random, long unit, boolean last) {
        boolean empty = last && random.nextInt(4) == 0;
        Duration offset = Duration.ofNanos(random.nextInt(3) == 0 ? unit * (random.nextInt(60) - 30) : 0);
        switch (random.nextInt(unit > 1 ? 9 : 8)) {
            case 0 -> {
                Tumbling tumbling = Tumbling.of(Duration.ofNanos(unit * (1 + random.nextInt(40))))
                        .withOffset(offset);
                return empty ? tumbling.withEmpty() : tumbling;
            }
            case 1, 2, 3 -> {
                int size = 1 + random.nextInt(60);
                int step = random.nextInt(3) == 0 ? 1 + size / (1 + random.nextInt(6)) : 1 + random.nextInt(70);
                Sliding sliding = Sliding.of(Duration.ofNanos(unit * size))
                        .every(Duration.ofNanos(unit * step))
                        .withOffset(offset);
                return empty ? sliding.withEmpty() : sliding;
            }
            case 4 -> {
                return Session.withGap(Duration.ofNanos(unit * (1 + random.nextInt(15))))
                        .withBoundary(random.nextBoolean() ? Session.Boundary.INCLUSIVE : Session.Boundary.EXCLUSIVE);
            }
            case 5 -> {
                int size = 1 + random.nextInt(6);
                return Counted.of(size).every(1 + random.nextInt(size));
            }
            case 6 -> {
                return Rolling.count(1 + random.nextInt(6));
            }
            case 7 -> {
                return Rolling.time(Duration.ofNanos(unit * (1 + random.nextInt(30))))
                        .closed(List.of(Rolling.Closed.values()).get(random.nextInt(4)));
            }
            default -> {
                Calendar calendar = random.nextBoolean() ? Calendar.hours(ZONE) : Calendar.days(ZONE);
                return empty ? calendar.withEmpty() : calendar;
            }
        }
    }
}
