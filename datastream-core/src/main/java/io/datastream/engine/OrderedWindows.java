package io.datastream.engine;

import io.datastream.aggregate.Aggregation;
import io.datastream.plan.Node.WindowNode;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.time.Counted;
import io.datastream.time.EventTime;
import io.datastream.time.Rolling;
import io.datastream.time.Session;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import io.datastream.time.Windows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Windows whose extent depends on the records themselves: they take their records in order of event time. */
final class OrderedWindows {
    private OrderedWindows() {}

    @SuppressWarnings("unchecked")
    static KeyedProcessor<Object, Object, Object, Object> of(WindowNode node) {
        Windows windows = node.windows();
        KeyedProcessor<?, ?, ?, ?> processor;
        if (windows instanceof Session session) {
            processor = new Sessions(session, node.aggregation());
        } else if (windows instanceof Counted counted) {
            processor = counted.step() == counted.size()
                    ? new Counts(counted, node.aggregation())
                    : new Overlapping(counted, node.aggregation());
        } else if (windows instanceof Rolling rolling) {
            processor = new Rollings(rolling, node.aggregation());
        } else {
            throw new IllegalArgumentException("windows: " + windows + " (expected: session, counted or rolling)");
        }
        return (KeyedProcessor<Object, Object, Object, Object>) processor;
    }

    /** An accumulator, and the times of its first and last record. */
    static final class Span {
        @Nullable
        Object accumulator;

        long first;
        long last;
        int count;
    }

    /** Stores a {@link Span}. */
    private static final class SpanCodec implements StateCodec<Span> {
        private static final long serialVersionUID = 1L;

        private final StateCodec<Object> accumulators;

        SpanCodec(StateCodec<Object> accumulators) {
            this.accumulators = accumulators;
        }

        @Override
        public int version() {
            return accumulators.version();
        }

        @Override
        public void write(Span span, DataOutput out) throws IOException {
            out.writeLong(span.first);
            out.writeLong(span.last);
            out.writeInt(span.count);
            out.writeBoolean(span.accumulator != null);
            if (span.accumulator != null) {
                accumulators.write(span.accumulator, out);
            }
        }

        @Override
        public Span read(int version, DataInput in) throws IOException {
            Span span = new Span();
            span.first = in.readLong();
            span.last = in.readLong();
            span.count = in.readInt();
            span.accumulator = in.readBoolean() ? accumulators.read(version, in) : null;
            return span;
        }
    }

    /** What both kinds of windows over a {@link Span} share. */
    private abstract static class Spans implements KeyedProcessor<Object, Object, Span, Object> {
        private static final long serialVersionUID = 1L;

        final Aggregation<Object, Object, Object> aggregation;

        Spans(Aggregation<Object, Object, Object> aggregation) {
            this.aggregation = aggregation;
        }

        @Override
        public Span newState(Object key) {
            return new Span();
        }

        @Override
        public boolean isEmpty(Span span) {
            return span.accumulator == null;
        }

        @Override
        public StateCodec<Span> stateCodec() {
            return new SpanCodec(aggregation.codec());
        }

        final void add(Span span, long time, Object value) throws Exception {
            Object accumulator = span.accumulator;
            boolean isNew = accumulator == null;
            if (accumulator == null) {
                accumulator = aggregation.create();
            }
            aggregation.add(accumulator, time, value);
            span.accumulator = accumulator;
            span.first = isNew ? time : span.first;
            span.last = time;
            span.count++;
        }

        final Windowed<Object, Object> take(Object key, Span span, Window window) {
            Object accumulator = span.accumulator;
            if (accumulator == null) {
                throw new IllegalStateException("window " + window + " of " + key + " has no records");
            }
            span.accumulator = null;
            span.count = 0;
            return new Windowed<>(key, window, aggregation.finish(accumulator));
        }
    }

    private static final class Sessions extends Spans {
        private static final long serialVersionUID = 1L;

        private final long gap;
        private final long inclusive;

        Sessions(Session session, Aggregation<Object, Object, Object> aggregation) {
            super(aggregation);
            this.gap = EventTime.nanos(session.gap());
            this.inclusive = session.boundary() == Session.Boundary.INCLUSIVE ? 1 : 0;
        }

        @Override
        public void process(Object key, long time, Object value, Span span, Emitter<Object> out) throws Exception {
            add(span, time, value);
        }

        /** A record at exactly the gap still joins an inclusive session, so that closes a nanosecond later. */
        @Override
        public long nextTimer(Span span) {
            return span.accumulator == null ? NO_TIMER : Math.min(end(span) + inclusive, END_OF_INPUT - 1);
        }

        @Override
        public void onTimer(Object key, long time, Span span, Emitter<Object> out) {
            long end = end(span);
            out.emit(end - 1, take(key, span, new Window(span.first, end)));
        }

        private long end(Span span) {
            return Math.min(EventTime.plus(span.last, gap), END_OF_INPUT - 2);
        }

        @Override
        public long outputDelayNanos() {
            return 1 + inclusive;
        }
    }

    private static final class Counts extends Spans {
        private static final long serialVersionUID = 1L;

        private final int size;

        Counts(Counted counted, Aggregation<Object, Object, Object> aggregation) {
            super(aggregation);
            this.size = counted.size();
        }

        @Override
        public void process(Object key, long time, Object value, Span span, Emitter<Object> out) throws Exception {
            add(span, time, value);
            if (span.count == size) {
                out.emit(take(key, span, new Window(span.first, time + 1)));
            }
        }
    }

    /** What both kinds of windows over a {@link RecordQueue} share. */
    private abstract static class Queues implements KeyedProcessor<Object, Object, RecordQueue, Object> {
        private static final long serialVersionUID = 1L;

        final Aggregation<Object, Object, Object> aggregation;

        Queues(Aggregation<Object, Object, Object> aggregation) {
            this.aggregation = aggregation;
        }

        @Override
        public RecordQueue newState(Object key) {
            return new RecordQueue();
        }

        @Override
        public StateCodec<RecordQueue> stateCodec() {
            return new RecordQueue.Stored(aggregation.codec());
        }

        final Object lift(long time, Object value) throws Exception {
            Object accumulator = aggregation.create();
            aggregation.add(accumulator, time, value);
            return accumulator;
        }
    }

    private static final class Overlapping extends Queues {
        private static final long serialVersionUID = 1L;

        private final int size;
        private final int step;

        Overlapping(Counted counted, Aggregation<Object, Object, Object> aggregation) {
            super(aggregation);
            this.size = counted.size();
            this.step = counted.step();
        }

        @Override
        public void process(Object key, long time, Object value, RecordQueue queue, Emitter<Object> out)
                throws Exception {
            queue.add(time, lift(time, value), aggregation);
            while (queue.size() > size) {
                queue.removeOldest(aggregation);
            }
            queue.seen++;
            if (queue.seen >= size && (queue.seen - size) % step == 0) {
                Window window = new Window(queue.oldestTime(), time + 1);
                out.emit(new Windowed<>(key, window, aggregation.finish(queue.merged(aggregation))));
            }
        }
    }

    private static final class Rollings extends Queues {
        private static final long serialVersionUID = 1L;

        private final long size;
        private final int count;
        private final boolean withRecord;
        private final boolean withStart;

        Rollings(Rolling rolling, Aggregation<Object, Object, Object> aggregation) {
            super(aggregation);
            this.size = rolling.size().toNanos();
            this.count = rolling.count();
            Rolling.Closed closed = rolling.closed();
            this.withRecord = closed == Rolling.Closed.RIGHT || closed == Rolling.Closed.BOTH;
            this.withStart = closed == Rolling.Closed.LEFT || closed == Rolling.Closed.BOTH;
        }

        @Override
        public void process(Object key, long time, Object value, RecordQueue queue, Emitter<Object> out)
                throws Exception {
            Object lifted = lift(time, value);
            if (withRecord) {
                queue.add(time, lifted, aggregation);
            }
            if (count > 0) {
                while (queue.size() > count) {
                    queue.removeOldest(aggregation);
                }
                emit(key, new Window(queue.oldestTime(), time + 1), queue, out);
                return;
            }
            long start = EventTime.minus(time, size);
            while (queue.size() > 0 && (withStart ? queue.oldestTime() < start : queue.oldestTime() <= start)) {
                queue.removeOldest(aggregation);
            }
            long first = withStart ? start : start + 1;
            emit(key, new Window(first, withRecord ? time + 1 : Math.max(first, time)), queue, out);
            if (!withRecord) {
                queue.add(time, lifted, aggregation);
            }
        }

        private void emit(Object key, Window window, RecordQueue queue, Emitter<Object> out) {
            out.emit(new Windowed<>(key, window, aggregation.finish(queue.merged(aggregation))));
        }
    }
}
