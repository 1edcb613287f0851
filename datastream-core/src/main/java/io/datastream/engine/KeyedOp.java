package io.datastream.engine;

import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.ProcessorContext;
import io.datastream.processor.SideOutput;
import io.datastream.processor.StateCodec;
import io.datastream.time.EventTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs a {@link KeyedProcessor}: looks after its state by key, its timers, and what it gives out. */
final class KeyedOp extends StatefulOp {
    private final KeyedProcessor<Object, Object, Object, Object> processor;
    private final StateCodec<Object> codec;
    private final ProcessorContext context;
    private final Op next;
    private final Map<SideOutput<?>, Op> sides;
    private final boolean ordered;
    private final @Nullable SessionNotes notes;
    private final TimerHeap timers;
    private final Output output = new Output();

    KeyedOp(
            int index,
            Step step,
            KeyedTask task,
            long lag,
            KeyedProcessor<Object, Object, Object, Object> processor,
            ProcessorContext context,
            Op next,
            Map<SideOutput<?>, Op> sides,
            @Nullable SessionNotes notes) {
        super(index, step, task, lag);
        this.notes = notes;
        this.processor = processor;
        this.codec = processor.stateCodec();
        this.context = context;
        this.next = notes == null ? next : notes.before(next);
        this.sides = sides;
        this.ordered = processor.order() == KeyedProcessor.Order.EVENT_TIME;
        this.timers = new TimerHeap(task.slotOrder());
    }

    @Override
    void process(long time, @Nullable Object key, Object value) {
        Slot slot = (Slot) Objects.requireNonNull(key);
        if (ordered) {
            if (time < slot.last[index]) {
                throw new IllegalStateException("step \"" + step.name + "\": a record at "
                        + EventTime.describe(time) + " follows one at " + EventTime.describe(slot.last[index])
                        + " (expected: times that do not decrease for a key; a step before gave them out)");
            }
            while (slot.timers[index] <= time) {
                fireBeforeRecord(slot);
            }
        }
        Object state = slot.states[index];
        if (state == null) {
            state = processor.newState(slot.key);
            slot.states[index] = state;
            slot.uses++;
        }
        if (time > slot.last[index]) {
            slot.last[index] = time;
        }
        output.begin(time, processor.outputDelayNanos());
        try {
            processor.process(slot.key, time, value, state, output);
            if (notes != null) {
                notes.add(slot, value);
            }
        } catch (Exception e) {
            output.discard();
            if (notes != null) {
                notes.failed(slot, time);
            }
            task.faults().giveUp(step, e, 1, time, value, state);
        }
        afterChange(slot, state);
        if (ordered) {
            checkTimer(slot, time, "record");
        }
        output.flush(slot);
    }

    /** What the timer gives out does not belong to the trace of the record that is about to be processed. */
    private void fireBeforeRecord(Slot slot) {
        TraceScope traces = task.traces();
        if (traces == null) {
            fire(slot, slot.timers[index]);
        } else {
            traces.apart(() -> fire(slot, slot.timers[index]));
        }
    }

    private void fire(Slot slot, long time) {
        Object state = Objects.requireNonNull(slot.states[index]);
        boolean end = time >= END;
        output.begin(end ? slot.last[index] : time, end ? KeyedProcessor.UNBOUNDED : processor.outputDelayNanos());
        try {
            processor.onTimer(slot.key, time, state, output);
        } catch (Exception e) {
            output.discard();
            task.faults().giveUp(step, e, 1, time, null, state);
        }
        afterChange(slot, state);
        checkTimer(slot, time, "timer");
        output.flush(slot);
    }

    private void checkTimer(Slot slot, long time, String by) {
        if (slot.timers[index] <= time) {
            throw new IllegalStateException("step \"" + step.name + "\": the next timer is set to "
                    + EventTime.describe(slot.timers[index]) + " by the " + by + " of " + EventTime.describe(time)
                    + " (expected: a later time, or NO_TIMER)");
        }
    }

    private void afterChange(Slot slot, Object state) {
        task.markDirty(slot, index);
        if (processor.isEmpty(state)) {
            slot.states[index] = null;
            slot.timers[index] = Long.MAX_VALUE;
            slot.uses--;
            task.releaseIfUnused(slot);
            return;
        }
        schedule(slot, processor.nextTimer(state));
    }

    private void schedule(Slot slot, long timer) {
        slot.timers[index] = timer;
        // the heap may hold an earlier time for the slot: then this one is queued when that one comes up
        if (timer < slot.queued[index]) {
            slot.queued[index] = timer;
            timers.add(timer, slot);
        }
    }

    @Override
    long nextTimer() {
        return toTask(timers.first());
    }

    @Override
    void fireTimers(long taskTime) {
        long own = toOwn(taskTime);
        while (timers.first() <= own) {
            long queued = timers.first();
            Slot slot = timers.remove();
            if (slot.queued[index] != queued) {
                continue; // an earlier time was queued after this one, and has come up
            }
            slot.queued[index] = Long.MAX_VALUE;
            long due = slot.timers[index];
            if (due <= queued) {
                fire(slot, due);
            } else if (due != Long.MAX_VALUE) {
                schedule(slot, due);
            }
        }
    }

    @Override
    long nextClose() {
        return EventTime.MAX;
    }

    @Override
    void close(long taskTime) {}

    @Override
    void changes(StateOutput out) throws IOException {
        for (Slot slot : task.dirtySlots()) {
            if ((slot.dirty & (1L << index)) != 0) {
                Object state = slot.states[index];
                out.entry(step.name, task.bytes(slot), 0, state == null ? null : encode(slot, state));
            }
        }
    }

    @Override
    void all(StateOutput out) throws IOException {
        for (Slot slot : task.slots()) {
            Object state = slot.states[index];
            if (state != null) {
                out.entry(step.name, task.bytes(slot), 0, encode(slot, state));
            }
        }
    }

    private byte[] encode(Slot slot, Object state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(codec.version());
            out.writeLong(slot.last[index]);
            codec.write(state, out);
        } catch (IOException | RuntimeException e) {
            throw StoredStates.unwritable(step.name, e, state);
        }
        return bytes.toByteArray();
    }

    @Override
    void restore(Slot slot, long part, byte[] value) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            int version = in.readUnsignedByte();
            StoredStates.checkVersion(step.name, version, codec.version());
            slot.last[index] = in.readLong();
            Object state = codec.read(version, in);
            slot.states[index] = state;
            slot.uses++;
            schedule(slot, processor.nextTimer(state));
            if (notes != null) {
                notes.restored(slot);
            }
        }
    }

    @Override
    void restored() {
        if (notes != null) {
            notes.restored(toOwn(task.currentWatermark()), toOwn(task.seenBefore()));
        }
    }

    @Override
    void open() {
        try {
            processor.open(context);
        } catch (Exception e) {
            throw Copies.openFailed(step.name, e);
        }
    }

    @Override
    void closeStep() throws Exception {
        processor.close();
    }

    /** Keeps what the processor gives out until it returns, so that a record that fails leaves nothing behind. */
    private final class Output implements Emitter<Object> {
        private static final Object NOTHING = new Object();

        private long[] times = new long[8];
        private Object[] values = new Object[8];
        private Op[] targets = new Op[8];
        private int size;
        private long now;
        private long earliest;

        void begin(long time, long delay) {
            now = time;
            earliest = delay == KeyedProcessor.UNBOUNDED ? EventTime.MIN + 1 : EventTime.minus(time, delay);
        }

        void discard() {
            Arrays.fill(values, 0, size, NOTHING);
            size = 0;
        }

        void flush(Slot slot) {
            for (int i = 0; i < size; i++) {
                Object value = values[i];
                values[i] = NOTHING;
                targets[i].process(times[i], slot, value);
            }
            size = 0;
        }

        @Override
        public void emit(Object value) {
            add(now, value, next);
        }

        @Override
        public void emit(long time, Object value) {
            if (time > now || time < earliest) {
                throw new IllegalArgumentException("emitted at: " + EventTime.describe(time) + " (expected: from "
                        + EventTime.describe(earliest) + " to " + EventTime.describe(now)
                        + ", as outputDelayNanos() says)");
            }
            add(time, value, next);
        }

        @Override
        public <X> void emitTo(SideOutput<X> side, X value) {
            Op target = sides.get(side);
            if (target != null) {
                add(now, value, target);
            } else if (!processor.sideOutputs().contains(side)) {
                throw new IllegalArgumentException("side output: " + side.name()
                        + " (expected: one of those that sideOutputs() declares: " + processor.sideOutputs() + ")");
            }
        }

        private void add(long time, Object value, Op target) {
            if (value == null) {
                throw new IllegalArgumentException("emitted: null (expected: a value)");
            }
            if (size == times.length) {
                times = Arrays.copyOf(times, size * 2);
                values = Arrays.copyOf(values, size * 2);
                targets = Arrays.copyOf(targets, size * 2);
            }
            times[size] = time;
            values[size] = value;
            targets[size++] = target;
        }
    }
}
