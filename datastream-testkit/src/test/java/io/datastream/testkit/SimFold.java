package io.datastream.testkit;

import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.testkit.SimModel.Ev;
import io.datastream.testkit.SimModel.Order;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One step of the model for one key: all records in, all results out. */
final class SimFold {
    static final long END = KeyedProcessor.END_OF_INPUT;
    private static final Trace AGGREGATION = new Trace();

    private final String key;
    private final long self;
    private final long index;
    private final long rank;
    private final long lag;

    /** A step with its number in the stage, and by how much its input may lie behind. */
    SimFold(String key, long self, long index, long rank, long lag) {
        this.key = key;
        this.self = self;
        this.index = index;
        this.rank = rank;
        this.lag = lag;
    }

    /** Windows on slices: events in order of arrival within each origin. */
    List<Ev> windows(List<Ev> events, SimSlices slices) {
        TreeMap<Long, TreeMap<Long, List<Ev>>> bySlice = new TreeMap<>();
        for (Ev ev : events) {
            long slice = slices.of(ev.time());
            if (slices.isCovered(slice)) {
                bySlice.computeIfAbsent(slice, any -> new TreeMap<>())
                        .computeIfAbsent(ev.origin(), any -> new ArrayList<>())
                        .add(ev);
            }
        }
        TreeSet<Long> ends = new TreeSet<>();
        bySlice.keySet().forEach(slice -> ends.addAll(slices.ends(slice)));
        List<Ev> out = new ArrayList<>();
        long last = Long.MIN_VALUE;
        for (long end : ends) {
            int emitted = 0;
            Order order = new Order(Math.min(slices.end(end) - 1 + lag, END), 2, index, end, rank);
            if (slices.empty && last != Long.MIN_VALUE) {
                for (long empty = slices.next(last); empty < end; empty = slices.next(empty)) {
                    out.add(result(slices, empty, AGGREGATION.create(), order.then(emitted++)));
                }
            }
            last = end;
            out.add(result(slices, end, merged(slices, end, bySlice), order.then(emitted)));
        }
        return out;
    }

    private Ev result(SimSlices slices, long end, Trace.Acc acc, Order order) {
        Window window = new Window(slices.start(slices.first(end)), slices.end(end));
        Num num = SimStep.number(new Windowed<>(key, window, AGGREGATION.finish(acc)));
        return new Ev(key, window.endNanos() - 1, num, self, order);
    }

    private static Trace.Acc slice(TreeMap<Long, List<Ev>> byOrigin) {
        Trace.Acc all = null;
        for (List<Ev> events : byOrigin.values()) {
            Trace.Acc one = AGGREGATION.create();
            events.forEach(ev -> AGGREGATION.add(one, ev.time(), ev.num()));
            if (all == null) {
                all = one;
            } else {
                AGGREGATION.merge(all, one);
            }
        }
        return all == null ? AGGREGATION.create() : all;
    }

    /** The slices before the block of the last one from the right, those of the block from the left, then both. */
    private static Trace.Acc merged(SimSlices slices, long end, TreeMap<Long, TreeMap<Long, List<Ev>>> bySlice) {
        if (slices.size == 1) {
            return slice(bySlice.get(end));
        }
        long block = Math.floorDiv(end, slices.size) * slices.size;
        Trace.Acc suffix = null;
        for (TreeMap<Long, List<Ev>> each : bySlice.subMap(slices.first(end), true, block, false)
                .descendingMap()
                .values()) {
            Trace.Acc acc = slice(each);
            if (suffix != null) {
                AGGREGATION.merge(acc, suffix);
            }
            suffix = acc;
        }
        Trace.Acc prefix = AGGREGATION.create();
        for (TreeMap<Long, List<Ev>> each : bySlice.subMap(Math.max(block, slices.first(end)), true, end, true)
                .values()) {
            AGGREGATION.merge(prefix, slice(each));
        }
        Trace.Acc result = AGGREGATION.create();
        if (suffix != null) {
            AGGREGATION.merge(result, suffix);
        }
        AGGREGATION.merge(result, prefix);
        return result;
    }

    /** What happens for one key, in order of time. */
    interface Rule {
        void record(String key, long time, Num num, Emitter<Num> out) throws Exception;

        long timer();

        void fire(String key, long time, Emitter<Num> out) throws Exception;

        static Rule of(SimStep step) {
            KeyedProcessor<String, Num, SimProcessors.State, Num> processor = step.processor();
            return processor == null
                    ? SimRules.of(java.util.Objects.requireNonNull(step.windows()))
                    : new OfProcessor(processor);
        }
    }

    private static final class OfProcessor implements Rule {
        private final KeyedProcessor<String, Num, SimProcessors.State, Num> processor;
        private SimProcessors.@Nullable State state;

        OfProcessor(KeyedProcessor<String, Num, SimProcessors.State, Num> processor) {
            this.processor = processor;
        }

        @Override
        public void record(String key, long time, Num num, Emitter<Num> out) throws Exception {
            SimProcessors.State now = state == null ? processor.newState(key) : state;
            processor.process(key, time, num, now, out);
            state = now;
        }

        @Override
        public long timer() {
            return state == null ? Long.MAX_VALUE : processor.nextTimer(state);
        }

        @Override
        public void fire(String key, long time, Emitter<Num> out) throws Exception {
            processor.onTimer(key, time, java.util.Objects.requireNonNull(state), out);
        }
    }

    /** A step that takes its records in order: a timer fires before records at or after its time. */
    List<Ev> inOrder(List<Ev> events, Rule rule, List<Ev> sides) {
        List<Ev> out = new ArrayList<>();
        long last = Long.MIN_VALUE;
        long earliest = Long.MIN_VALUE;
        try {
            for (Ev ev : events) {
                int emitted = 0;
                while (true) {
                    long timer = rule.timer();
                    Order due = due(timer, earliest);
                    if (timer == Long.MAX_VALUE) {
                        break;
                    }
                    if (due.compareTo(ev.order()) < 0) {
                        rule.fire(key, timer, new Out(timer, self, due, 0, out, sides));
                    } else if (timer <= ev.time()) {
                        Out here = new Out(timer, ev.origin(), ev.order(), emitted, out, sides);
                        rule.fire(key, timer, here);
                        emitted = here.emitted;
                    } else {
                        break;
                    }
                }
                rule.record(key, ev.time(), ev.num(), new Out(ev.time(), ev.origin(), ev.order(), emitted, out, sides));
                last = ev.time();
                earliest = ev.order().parts()[0];
            }
            for (long timer = rule.timer(); timer != Long.MAX_VALUE; timer = rule.timer()) {
                rule.fire(key, timer, new Out(timer == END ? last : timer, self, due(timer, earliest), 0, out, sides));
            }
        } catch (Exception e) {
            throw new IllegalStateException("the model failed", e);
        }
        return out;
    }

    /** A timer that is set by what came at the end of the input fires there, too. */
    private Order due(long timer, long earliest) {
        long due = timer >= END - lag ? END : timer + lag;
        return new Order(Math.max(due, earliest), 0, index, timer, rank);
    }

    private final class Out implements Emitter<Num> {
        private final long now;
        private final long origin;
        private final Order order;
        private final List<Ev> out;
        private final List<Ev> sides;
        int emitted;

        Out(long now, long origin, Order order, int emitted, List<Ev> out, List<Ev> sides) {
            this.now = now;
            this.origin = origin;
            this.order = order;
            this.emitted = emitted;
            this.out = out;
            this.sides = sides;
        }

        @Override
        public void emit(Num value) {
            emit(now, value);
        }

        @Override
        public void emit(long time, Num value) {
            out.add(new Ev(key, time, value, origin, order.then(emitted++)));
        }

        @Override
        public <X> void emitTo(SideOutput<X> side, X value) {
            sides.add(new Ev(key, now, (Num) value, origin, order));
        }
    }
}
