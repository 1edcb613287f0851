package io.datastream.engine;

import io.datastream.codec.CodecException;
import io.datastream.engine.TaskOutput.ResultTarget;
import io.datastream.engine.TaskOutput.RowTarget;
import io.datastream.function.BiFn;
import io.datastream.function.Condition;
import io.datastream.function.Fn;
import io.datastream.processor.Processor;
import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The steps without state. */
final class StatelessOps {
    private StatelessOps() {}

    static final class MapOp extends Op {
        private final Step step;
        private final BiFn<Object, Object, Object> fn;
        private final Faults faults;
        private final Op next;

        MapOp(Step step, BiFn<Object, Object, Object> fn, Faults faults, Op next) {
            this.step = step;
            this.fn = fn;
            this.faults = faults;
            this.next = next;
        }

        @Override
        void process(long time, @Nullable Object key, Object value) {
            Object result;
            try {
                result = apply(key, value);
            } catch (Exception e) {
                result = faults.handle(step, e, time, value, () -> apply(key, value));
            }
            if (result != null) {
                next.process(time, key, result);
            }
        }

        @SuppressWarnings("NullAway") // without a key the function does not look at it
        private Object apply(@Nullable Object key, Object value) throws Exception {
            Object result = fn.apply(plain(key), value);
            if (result == null) {
                throw new IllegalStateException("the function returned null (expected: a value; process(...) may"
                        + " return null to drop a record)");
            }
            return result;
        }
    }

    static final class FilterOp extends Op {
        private final Step step;
        private final Condition<Object> condition;
        private final Faults faults;
        private final Op next;

        FilterOp(Step step, Condition<Object> condition, Faults faults, Op next) {
            this.step = step;
            this.condition = condition;
            this.faults = faults;
            this.next = next;
        }

        @Override
        void process(long time, @Nullable Object key, Object value) {
            boolean passes;
            try {
                passes = condition.test(value);
            } catch (Exception e) {
                passes = Boolean.TRUE.equals(faults.handle(step, e, time, value, () -> condition.test(value)));
            }
            if (passes) {
                next.process(time, key, value);
            }
        }
    }

    static final class FlatMapOp extends Op {
        private final Step step;
        private final Fn<Object, Iterable<Object>> fn;
        private final Faults faults;
        private final Op next;

        FlatMapOp(Step step, Fn<Object, Iterable<Object>> fn, Faults faults, Op next) {
            this.step = step;
            this.fn = fn;
            this.faults = faults;
            this.next = next;
        }

        @Override
        void process(long time, @Nullable Object key, Object value) {
            List<?> results;
            try {
                results = apply(value);
            } catch (Exception e) {
                results = (List<?>) faults.handle(step, e, time, value, () -> apply(value));
            }
            if (results != null) {
                for (Object result : results) {
                    next.process(time, key, result);
                }
            }
        }

        /** All results before the first is passed on, so that a failure leaves none behind. */
        private List<Object> apply(Object value) throws Exception {
            Iterable<Object> results = fn.apply(value);
            if (results == null) {
                throw new IllegalStateException("the function returned null (expected: results, or none of them)");
            }
            List<Object> list = new ArrayList<>();
            for (Object result : results) {
                if (result == null) {
                    throw new IllegalStateException("the function returned null among its results");
                }
                list.add(result);
            }
            return list;
        }
    }

    static final class ProcessOp extends Op {
        private final Step step;
        private final Processor<Object, Object> processor;
        private final Faults faults;
        private final Op next;

        ProcessOp(Step step, Processor<Object, Object> processor, Faults faults, Op next) {
            this.step = step;
            this.processor = processor;
            this.faults = faults;
            this.next = next;
        }

        @Override
        void process(long time, @Nullable Object key, Object value) {
            Object result;
            try {
                result = processor.process(value);
            } catch (Exception e) {
                result = faults.handle(step, e, time, value, () -> processor.process(value));
            }
            if (result != null) {
                next.process(time, key, result);
            }
        }
    }

    /** Gives a record its key. */
    static final class KeyOp extends Op {
        private final Step step;
        private final Fn<Object, Object> fn;
        private final Faults faults;
        private final Op next;

        KeyOp(Step step, Fn<Object, Object> fn, Faults faults, Op next) {
            this.step = step;
            this.fn = fn;
            this.faults = faults;
            this.next = next;
        }

        @Override
        void process(long time, @Nullable Object ignored, Object value) {
            Object key;
            try {
                key = apply(value);
            } catch (Exception e) {
                key = faults.handle(step, e, time, value, () -> apply(value));
            }
            if (key != null) {
                next.process(time, key, value);
            }
        }

        private Object apply(Object value) throws Exception {
            Object key = fn.apply(value);
            if (key == null) {
                throw new CodecException("key: null (expected: a value; filter records without key before keyBy)");
            }
            return key;
        }
    }

    /** Hands results to a sink. */
    static final class SinkOp extends Op implements Supplier<SinkResult> {
        private final Step step;
        private final ResultTarget target;
        private final Faults faults;
        private final Counts counts;
        private long currentTime;
        private @Nullable Object current;

        SinkOp(Step step, ResultTarget target, Faults faults, Counts counts) {
            this.step = step;
            this.target = target;
            this.faults = faults;
            this.counts = counts;
        }

        @Override
        void process(long time, @Nullable Object key, Object value) {
            if (faults.replaying) {
                return;
            }
            currentTime = time;
            current = value;
            try {
                target.result(time, plain(key), value, this);
            } catch (UnwritableException e) {
                Object written = faults.handle(step, e, time, value, () -> {
                    target.result(time, plain(key), value, this);
                    return true;
                });
                if (written == null) {
                    return;
                }
            } finally {
                current = null;
            }
            counts.out++;
        }

        /** The result that is being handed over. */
        @Override
        public SinkResult get() {
            Object value = current;
            if (value == null) {
                throw new IllegalStateException("step \"" + step.name + "\": no result is being handed over");
            }
            return faults.handedOver(step, currentTime, value);
        }
    }

    /** Hands rows to a keyed stage. */
    static final class ExchangeOp extends Op {
        private final RowTarget target;
        private final Arrival arrival;
        private final long lag;

        ExchangeOp(RowTarget target, Arrival arrival, long lag) {
            this.target = target;
            this.arrival = arrival;
            this.lag = lag;
        }

        @Override
        void process(long time, @Nullable Object key, Object value) {
            if (key == null) {
                throw new IllegalStateException("a row without key reached an exchange");
            }
            long watermark = EventTime.minus(arrival.watermark, lag);
            target.row(
                    arrival.origin, arrival.offset(), time, time < watermark ? watermark : EventTime.MIN, key, value);
        }
    }

    /** What is known of the record that is being processed, for exchanges. */
    static final class Arrival {
        final int origin;

        /** The watermark that rows with an earlier time are behind of. */
        long watermark = EventTime.MIN;

        private final Faults faults;

        Arrival(int origin, Faults faults) {
            this.origin = origin;
            this.faults = faults;
        }

        long offset() {
            return faults.offset;
        }
    }

    /** Records that entered and left a task. Written by its thread; others may see it a moment later. */
    static final class Counts {
        long in;
        long out;
    }
}
