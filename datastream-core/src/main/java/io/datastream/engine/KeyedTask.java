package io.datastream.engine;

import io.datastream.codec.Codec;
import io.datastream.engine.StatelessOps.Arrival;
import io.datastream.engine.StatelessOps.Counts;
import io.datastream.error.Late;
import io.datastream.error.SourcePlace;
import io.datastream.plan.Explained;
import io.datastream.plan.Node;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.KeyedNode;
import io.datastream.plan.Node.SideNode;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Node.WindowNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.Processor;
import io.datastream.processor.ProcessorContext;
import io.datastream.processor.SideOutput;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A keyed stage for one share of the keys: a deterministic state machine. It is fed rows and watermarks by a runtime, on
 * one thread, and gives out results; it knows no thread, no clock and no store.
 *
 * <p>What it gives out for a key is a function of the rows of each origin in their order, and of nothing else: not of how
 * origins interleave, in which steps watermarks move, or when it was stored and restored. Three things see to that. Rows
 * for windows go into accumulators by slice and origin, merged in a fixed order. Rows for steps that need order wait in a
 * sorter until the watermark has passed them. And when the watermark moves, everything due happens in order of time: at
 * each time first the timers, then the rows, then the windows that end.
 */
public final class KeyedTask {
    private final Plan plan;
    private final Stage stage;
    private final int number;
    private final OriginWatermarks watermarks;
    private final boolean tracksChanges;
    private final boolean ordersKeys;
    private final Codec<Object> keyCodec;
    private final TaskOutput output;
    private final @Nullable TraceScope traces;
    private final Faults faults;
    private final Arrival arrival;
    private final Counts counts = new Counts();
    private final SlotTable slots;
    private final Sorter sorter = new Sorter();
    private final List<Sorter.Target> sorted = new ArrayList<>();
    private final StatefulOp[] ops;
    private final TaskJournals journals = new TaskJournals();
    private final Map<String, StatefulOp> byName = new HashMap<>();
    private final Op[] ports;
    private final List<Step> steps;
    private final List<Processor<Object, Object>> processors;
    private final Map<Node, Long> lags;
    private final Comparator<Slot> slotOrder;

    private long current = EventTime.MIN;

    /** No record before the commit that the task goes on from had this time or a later one. */
    private long seenBefore = EventTime.MIN;

    /** The time at which things happen within a move of the watermark; between two moves the watermark. */
    private long reached = EventTime.MIN;

    private int origin;
    private long behind = EventTime.MIN;
    private long logPosition = -1;

    /**
     * A task.
     *
     * @param number of the task within its stage
     * @param origins all partitions and tasks that rows may come from, see {@link Origins}
     * @param tracksChanges whether {@link #changes} will be called, at each commit
     */
    public KeyedTask(Plan plan, Stage stage, int number, int[] origins, TaskOutput output, boolean tracksChanges) {
        KeyNode key = stage.key();
        if (key == null) {
            throw new IllegalArgumentException(stage + " (expected: a keyed stage)");
        }
        this.plan = plan;
        this.stage = stage;
        this.number = number;
        this.watermarks = new OriginWatermarks(origins);
        this.tracksChanges = tracksChanges;
        this.ordersKeys = !stage.targets().isEmpty();
        this.keyCodec = key.codec() == null ? PortableCodec.keys() : key.codec();
        this.slotOrder = (a, b) -> a == b ? 0 : Arrays.compareUnsigned(bytes(a), bytes(b));
        this.output = output;
        this.traces = output.traces();
        this.faults = new Faults(plan.name(), output, new Whereabouts());
        this.arrival = new Arrival(Origins.of(stage, number), faults);
        IdentityHashMap<Node, Long> lagsAfter = new IdentityHashMap<>();
        this.lags = lags(stage, lagsAfter);
        List<Node> stateful = stage.nodes().stream().filter(Node::isStateful).toList();
        if (stateful.size() > 64) {
            throw new IllegalArgumentException(
                    stage + ": " + stateful.size() + " steps with state (expected: at most 64 between two exchanges)");
        }
        this.ops = new StatefulOp[stateful.size()];
        this.slots = new SlotTable(ops.length, tracksChanges);
        OpBuilder builder = new OpBuilder(
                plan,
                stage,
                number,
                output,
                faults,
                arrival,
                counts,
                lagsAfter,
                (node, step, next, sides) -> make(node, step, stateful.indexOf(node), next, sides));
        this.ports = stage.ports().stream().map(builder::entry).toArray(Op[]::new);
        this.steps = builder.steps();
        this.processors = builder.processors();
        for (StatefulOp op : ops) {
            op.open();
        }
    }

    /** By how much the input of each step may lie behind, because of the steps before it in the stage. */
    private static Map<Node, Long> lags(Stage stage, Map<Node, Long> after) {
        IdentityHashMap<Node, Long> before = new IdentityHashMap<>();
        for (Node node : stage.nodes()) {
            long lag = 0;
            for (Node input : node.inputs()) {
                lag = Math.max(lag, after.getOrDefault(input, 0L));
            }
            before.put(node, lag);
            after.put(node, EventTime.plus(lag, Plan.delayOf(node)));
        }
        return before;
    }

    private Op make(Node node, Step step, int index, Op next, Map<Node, Op> sideOps) {
        SideOutput<?> lateSide = node instanceof KeyedNode keyed ? keyed.late() : ((WindowNode) node).late();
        Op late = null;
        Map<SideOutput<?>, Op> sides = new HashMap<>();
        for (Map.Entry<Node, Op> entry : sideOps.entrySet()) {
            SideOutput<?> side = ((SideNode) entry.getKey()).side();
            if (side.equals(lateSide)) {
                late = entry.getValue();
            } else {
                sides.put(side, entry.getValue());
            }
        }
        long lag = lags.getOrDefault(node, 0L);
        boolean isEntry = stage.ports().contains(node.input());
        StatefulOp op;
        SessionNotes notes = null;
        boolean ordered = false;
        if (node instanceof WindowNode window) {
            Slices slices = Slices.ofAny(window.windows());
            Explained explained = window.explained();
            if (slices != null) {
                op = new SliceWindowOp(
                        index,
                        step,
                        this,
                        lag,
                        slices,
                        Plan.delayOf(node) != 0,
                        window.aggregation(),
                        next,
                        late,
                        explained == null ? null : journals.add(step.name, window.windows(), explained),
                        explained == null ? null : explained.filled());
            } else {
                notes = explained == null
                        ? null
                        : new SessionNotes(
                                journals.add(step.name, window.windows(), explained), explained.filled(), this);
                op = keyedOp(index, step, lag, OrderedWindows.of(window), next, sides, notes);
                ordered = true;
            }
        } else {
            KeyedProcessor<Object, Object, Object, Object> processor =
                    Copies.of(((KeyedNode) node).processor(), step.name);
            op = keyedOp(index, step, lag, processor, next, sides, null);
            ordered = processor.order() == KeyedProcessor.Order.EVENT_TIME;
        }
        ops[index] = op;
        byName.put(step.name, op);
        return ordered && isEntry ? sortBefore(op, step, late, notes) : op;
    }

    private KeyedOp keyedOp(
            int index,
            Step step,
            long lag,
            KeyedProcessor<Object, Object, Object, Object> processor,
            Op next,
            Map<SideOutput<?>, Op> sides,
            @Nullable SessionNotes notes) {
        ProcessorContext context = new ProcessorContext(plan.name(), step.name, number);
        return new KeyedOp(index, step, this, lag, processor, context, next, sides, notes);
    }

    private Op sortBefore(StatefulOp op, Step step, @Nullable Op late, @Nullable SessionNotes notes) {
        Sorter.Target target = new Sorter.Target(sorted.size(), op, step);
        sorted.add(target);
        return new Op() {
            @Override
            void process(long time, @Nullable Object key, Object value) {
                Slot slot = (Slot) Objects.requireNonNull(key);
                long limit = Math.max(behind, current);
                if (time >= limit) {
                    slot.uses++;
                    sorter.add(time, origin, faults.offset, logPosition, target, slot, value, traced());
                } else if (!faults.replaying) {
                    if (notes != null) {
                        notes.late(slot, time, limit);
                    }
                    late(step, late, slot, time, limit, value);
                }
            }
        };
    }

    /**
     * Takes a row; see {@link TaskOutput.RowTarget#row}.
     *
     * @throws io.datastream.error.PipelineException if a step fails whose policy is to fail
     */
    public void row(int port, int origin, long offset, long time, long behind, Object key, Object value) {
        Slot slot = slots.take(key);
        this.origin = origin;
        this.behind = behind;
        faults.offset = offset;
        counts.in++;
        // what leaves at once, such as a late record, is as late for the stages after as for this one
        arrival.watermark = Math.max(current, behind);
        faults.arriving = true;
        ports[port].process(time, slot, value);
        faults.arriving = false;
        arrival.watermark = current;
        this.behind = EventTime.MIN;
        slots.releaseUnused();
    }

    /**
     * Says where in the log of this task the rows that follow stand, for {@link #oldestPosition}. Needed only where rows
     * of all origins come by one log.
     */
    public void readAt(long position) {
        logPosition = position;
    }

    /** Takes the watermark of an origin. Nothing happens before {@link #advance()}. */
    public void watermark(int origin, long watermark) {
        watermark(origin, watermark, false);
    }

    /**
     * Takes the watermark of an origin. Nothing happens before {@link #advance()}.
     *
     * @param isIdle whether it moved because the origin is idle; that is told in explanations, and changes no result
     */
    public void watermark(int origin, long watermark, boolean isIdle) {
        if (!watermarks.move(origin, watermark, isIdle)) {
            throw new IllegalArgumentException("origin: " + Origins.describe(plan, origin)
                    + " (expected: one of the origins the task was made for)");
        }
    }

    /** Lets everything happen that is due by the least of the origins' watermarks, in order of time. */
    public void advance() {
        long target = watermarks.least();
        if (target <= current) {
            return;
        }
        if (!journals.isEmpty() && !watermarks.isEmpty()) {
            journals.begin(watermarks.closing(target, output.clockNanos()));
        }
        faults.offset = -1;
        origin = arrival.origin;
        while (true) {
            long time = sorter.firstTime();
            if (time >= target) {
                time = EventTime.MAX;
            }
            long close = EventTime.MAX;
            for (StatefulOp op : ops) {
                time = Math.min(time, op.nextTimer());
                close = Math.min(close, op.nextClose());
            }
            if (close < target) {
                time = Math.min(time, close);
            }
            if (time > target || time == EventTime.MAX) {
                break;
            }
            happen(time, target);
        }
        current = target;
        reached = target;
        arrival.watermark = target;
        if (!journals.isEmpty()) {
            journals.end(step -> Objects.requireNonNull(byName.get(step)).toOwn(target));
        }
        slots.releaseUnused();
    }

    private void happen(long time, long target) {
        reached = Math.max(reached, time);
        arrival.watermark = reached;
        for (StatefulOp op : ops) {
            if (op.nextTimer() <= time) {
                op.fireTimers(time);
            }
        }
        if (time >= target) {
            return;
        }
        while (sorter.firstTime() <= time) {
            Sorter.Waiting record = sorter.remove();
            record.slot.uses--;
            origin = record.origin;
            faults.offset = record.offset;
            if (traces == null || record.traced == null) {
                process(record);
            } else {
                traces.resume(record.traced, record.target.step.name, () -> process(record));
            }
            slots.releaseIfUnused(record.slot);
        }
        faults.offset = -1;
        origin = arrival.origin;
        for (StatefulOp op : ops) {
            if (op.nextClose() <= time) {
                op.close(time);
            }
        }
    }

    private static void process(Sorter.Waiting record) {
        record.target.op.process(record.time, record.slot, record.value);
    }

    private TraceScope.@Nullable Traced traced() {
        return traces == null ? null : traces.current();
    }

    // what the steps ask

    @Nullable
    TraceScope traces() {
        return traces;
    }

    Faults faults() {
        return faults;
    }

    int origin() {
        return origin;
    }

    /** The place of the current row in its origin; negative for none. */
    long offset() {
        return faults.offset;
    }

    /** The move of the watermark that is under way, or was the last. */
    WindowJournal.Close closing() {
        return journals.closing();
    }

    /** The watermark that the current row is behind of, or {@link EventTime#MIN}. */
    long behind() {
        return behind;
    }

    /** No slice that ends at or before this time takes records any more. */
    long currentWatermark() {
        return reached;
    }

    /** No record before the commit that the task goes on from had this time or a later one. */
    long seenBefore() {
        return seenBefore;
    }

    boolean isReplaying() {
        return faults.replaying;
    }

    boolean tracksChanges() {
        return tracksChanges;
    }

    /** Whether the order of results of different keys matters, because they are regrouped after this stage. */
    boolean ordersKeys() {
        return ordersKeys;
    }

    /** The order of slots where it matters: by the bytes of their keys. */
    Comparator<Slot> slotOrder() {
        return slotOrder;
    }

    byte[] bytes(Slot slot) {
        return slot.bytes(keyCodec);
    }

    Collection<Slot> slots() {
        return slots.all();
    }

    List<Slot> dirtySlots() {
        return slots.dirty();
    }

    void markDirty(Slot slot, int index) {
        slots.markDirty(slot, index);
    }

    void releaseIfUnused(Slot slot) {
        slots.releaseIfUnused(slot);
    }

    void late(Step step, @Nullable Op side, Slot slot, long time, long watermark, Object value) {
        if (faults.replaying) {
            return;
        }
        step.late.incrementAndGet();
        Late<Object> late = new Late<>(
                plan.name(), step.name, faults.place(), time, watermark, value, faults.source(), faults.original());
        if (side != null) {
            side.process(time, slot, late);
        } else {
            output.late(late);
        }
    }

    /** Where the current row comes from. */
    private final class Whereabouts implements Faults.Whereabouts {
        private final Map<Integer, String> names = new HashMap<>();

        @Override
        public int origin() {
            return origin;
        }

        @Override
        public String place(int from, long offset) {
            return names.computeIfAbsent(from, any -> Origins.name(plan, from)) + (offset < 0 ? "" : "@" + offset);
        }

        @Override
        public @Nullable SourcePlace source(int from, long offset) {
            SourceNode node = plan.stages().get(Origins.stage(from)).source();
            return node == null || offset < 0
                    ? null
                    : new SourcePlace(node.source().connector().name(), Origins.partition(from), offset);
        }
    }

    // state

    /**
     * Gives out the entries of state that have changed since the last call. What waits in the sorter is not among them:
     * it is read again from {@link #oldestWaiting} on.
     */
    public void changes(StateOutput out) {
        try {
            for (StatefulOp op : ops) {
                op.changes(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(stage + ": state cannot be written", e);
        }
        slots.clean();
    }

    /** Gives out all entries of state. */
    public void entries(StateOutput out) {
        try {
            for (StatefulOp op : ops) {
                op.all(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(stage + ": state cannot be written", e);
        }
    }

    /**
     * Takes an entry of state back. Call {@link #restored} when all have been taken, before the first row.
     *
     * @throws IllegalStateException if the entry belongs to no step of the pipeline, or was written by a newer version
     */
    public void restore(String step, byte[] key, long part, byte[] value) {
        StatefulOp op = byName.get(step);
        if (op == null) {
            throw new IllegalStateException("state of step \"" + step + "\" is stored, but " + stage + " of pipeline "
                    + plan.name() + " has only " + byName.keySet()
                    + " (expected: the step's name as it was; give it with named(\"...\"), or start under another"
                    + " pipeline name)");
        }
        Object decoded = keyCodec.decode(key);
        Slot slot = slots.restore(decoded);
        try {
            op.restore(slot, part, value);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "state of step \"" + step + "\": entry of " + value.length + " bytes cannot be read", e);
        }
    }

    /**
     * All entries have been taken back.
     *
     * @param watermark the task's watermark at the commit
     * @param originWatermarks those of its origins, in ascending order of the origins' numbers; null if all are the same
     */
    public void restored(long watermark, long @Nullable [] originWatermarks) {
        current = watermark;
        reached = watermark;
        arrival.watermark = watermark;
        watermarks.restore(watermark, originWatermarks);
        seenBefore = seenBy(watermarks.greatest());
        journals.begin(new WindowJournal.Close(EventTime.MIN, watermark, -1, false, output.clockNanos()));
        for (StatefulOp op : ops) {
            op.restored();
        }
    }

    /** An origin's watermark lies behind its newest record by the disorder bound. */
    private long seenBy(long greatest) {
        long disorder = 0;
        for (Stage one : plan.stages()) {
            SourceNode from = one.source();
            disorder = Math.max(disorder, from == null ? 0 : from.source().disorderNanos());
        }
        return greatest == EventTime.MIN ? EventTime.MIN : EventTime.plus(EventTime.plus(greatest, disorder), 1);
    }

    /**
     * Whether the rows that follow were read before the commit and are read again only for those that waited in the
     * sorter.
     */
    public void replaying(boolean replaying) {
        faults.replaying = replaying;
    }

    /** The lowest offset of an origin's rows that wait in the sorter; {@link Long#MAX_VALUE} if none does. */
    public long oldestWaiting(int origin) {
        return sorter.oldestOffset(origin);
    }

    /** The lowest {@link #readAt} of the rows that wait in the sorter; {@link Long#MAX_VALUE} if none does. */
    public long oldestPosition() {
        return sorter.oldestPosition();
    }

    /** Takes what waits in the sorter, where it cannot be read again. */
    public void waiting(WaitingOutput out) {
        for (Sorter.Waiting record : sorter.inOrderOfArrival()) {
            out.row(record.target.number, record.origin, record.offset, record.time, record.slot.key, record.value);
        }
    }

    /** Puts a row back that waited in the sorter; in the order in which {@link #waiting} gave them. */
    public void restoreWaiting(int target, int origin, long offset, long time, Object key, Object value) {
        if (target < 0 || target >= sorted.size()) {
            throw new IllegalStateException("a row waits for step number " + target + " of " + stage
                    + " (expected: fewer than " + sorted.size() + "; the pipeline was changed)");
        }
        Slot slot = slots.restore(key);
        slot.uses++;
        sorter.add(time, origin, offset, -1, sorted.get(target), slot, value, null);
    }

    /** Takes rows that wait in the sorter. */
    public interface WaitingOutput {
        /** Takes a row. */
        void row(int target, int origin, long offset, long time, Object key, Object value);
    }

    // what runtimes ask

    /** The watermark up to which everything has happened. */
    public long watermark() {
        return current;
    }

    /** The watermark of an origin, as this task knows it. */
    public long watermark(int origin) {
        return watermarks.of(origin);
    }

    /** The origins, in ascending order. */
    public int[] origins() {
        return watermarks.origins();
    }

    /** This task's watermark as an origin of a stage after it: less what its steps may hold back. */
    public long outputWatermark(Stage target) {
        long lag = 0;
        for (Node port : target.ports()) {
            for (Node node : stage.nodes()) {
                if (node == port) {
                    lag = Math.max(lag, EventTime.plus(lags.getOrDefault(node, 0L), Plan.delayOf(node)));
                }
            }
        }
        return EventTime.minus(current, lag);
    }

    /** The number of this task as an origin. */
    public int asOrigin() {
        return arrival.origin;
    }

    /** The stage. */
    public Stage stage() {
        return stage;
    }

    /** The number of the task within its stage. */
    public int number() {
        return number;
    }

    /** The names of the steps that keep state here, sorted. */
    public List<String> statefulSteps() {
        return byName.keySet().stream().sorted().toList();
    }

    /** Writes and reads the keys. */
    public Codec<Object> keyCodec() {
        return keyCodec;
    }

    /** Rows taken. */
    public long recordsIn() {
        return counts.in;
    }

    /** Results handed to sinks. */
    public long recordsOut() {
        return counts.out;
    }

    /** Rows that wait in the sorter. */
    public int buffered() {
        return sorter.size();
    }

    /** Whether results may come without another row, when the watermark moves on. Not counted: those at its end. */
    public boolean isWaitingForTime() {
        long next = sorter.firstTime();
        for (StatefulOp op : ops) {
            next = Math.min(next, Math.min(op.nextTimer(), op.nextClose()));
        }
        return next < StatefulOp.END;
    }

    /** Keys with state. */
    public int keys() {
        return slots.used();
    }

    /** The start of the oldest window that is open, or {@link EventTime#MAX}. */
    public long oldestOpenWindow() {
        long oldest = EventTime.MAX;
        for (StatefulOp op : ops) {
            oldest = Math.min(oldest, op.oldestOpen());
        }
        return oldest;
    }

    /** What is remembered of the windows of steps that are to be explained; may be asked by any thread. */
    public List<WindowJournal> journals() {
        return journals.all();
    }

    /** Whether the origin that decides where the watermark stands is idle; after a move. */
    public boolean isMovedByIdleness() {
        return watermarks.isIdleAt(current);
    }

    /** The steps with their counts. */
    public List<Step> steps() {
        return steps;
    }

    /** Closes the users' processors. The first failure is thrown after all have been closed. */
    public void close() {
        List<AutoCloseable> all = new ArrayList<>();
        processors.forEach(processor -> all.add(processor::close));
        for (StatefulOp op : ops) {
            all.add(op::closeStep);
        }
        Closing.all(all, AutoCloseable::close);
    }
}
