package io.datastream.alerts;

import io.datastream.SingleSeries;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alert.AlertText;
import io.datastream.alert.Severity;
import io.datastream.function.Condition;
import io.datastream.function.ToDoubleFn;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.ProcessorContext;
import io.datastream.processor.StateCodec;
import io.datastream.time.EventTime;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rule on data: turns the records of a key into alerts. A step of a pipeline like any other, so the same records give the
 * same alerts with the same ids, whatever the threads, crashes or replays; where the alerts go is up to the sink.
 *
 * <p>In: records of a key, in order of time. Out: an {@link Alert} when an episode of the key begins, worsens and ends, at the
 * event time at which it does. A record says that all is well, that the condition holds, or nothing (a number that is
 * {@code NaN}, or one between the limit and the {@linkplain #withClearLimit clear limit}); then what was so stays so.
 *
 * <ul>
 *   <li>{@link #above}, {@link #below}: a number is beyond a limit.
 *   <li>{@link #rateAbove}: a number changes too fast from one record to the next, up or down. The first record of a key, and
 *       one at the same time as the record before, say nothing.
 *   <li>{@link #outlier}: a number is far from the median of those before it. Until there are enough, records say nothing.
 *   <li>{@link #scoreAbove}: a score that something else has computed is beyond a limit, positive or negative.
 *   <li>{@link #absence}: no record comes for a time. A key that never had a record is not known and not missed.
 *   <li>{@link #notFollowed}: a first event is not followed by a second in time.
 * </ul>
 *
 * <p><b>Episodes.</b> An episode begins, with {@link Alert#since()}, at the first record at which the condition holds, and is
 * raised when it has held for the {@linkplain #lasting duration} of the rule without a record that says otherwise: at once
 * if there is none, else by a timer in event time, so also when no further record of the key comes. It worsens once, by
 * {@link #withWorseLimit} or {@link #withWorseAfter}, and is cleared by the first record that says that all is well. An
 * episode that is not over when it lasts exactly as long as the duration is raised. At the end of a bounded input time goes on
 * for ever: what is pending then is raised, and every key is absent.
 *
 * <p><b>Reminders.</b> With {@link #withReminder} a record that finds the episode going on gives an alert that is
 * {@link AlertState#HELD}, not more often than asked for. Without records there is none.
 *
 * <p><b>Cost.</b> A record allocates nothing unless it gives an alert, but {@link #outlier} sorts its window each time. State
 * of a key: nothing while all is well, else about 40 bytes; {@link #rateAbove} and {@link #outlier} keep their last values, and {@link #absence} one
 * time, for every key that ever came. Other rules on the same stream are further branches of it.
 *
 * <p><b>Example.</b> {@code AlertRule.above("too-hot", Reading::value, 90).withClearLimit(85).lasting(ofSeconds(10))} on 91 at
 * 0 s, 86 at 5 s and 84 at 20 s: raised at 10 s with the value 86, since 0 s; cleared at 20 s.
 *
 * @param <T> the records
 */
public final class AlertRule<T> implements KeyedProcessor<Object, T, AlertRule.State, Alert> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final Judge<T> judge;
    private final Timing timing;
    private final Severity severity;
    private final Severity worseSeverity;
    private final RuleText text;
    private @Nullable String pipeline;

    private AlertRule(
            String name, Judge<T> judge, Timing timing, Severity severity, Severity worseSeverity, RuleText text) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("rule: \"" + name + "\" (expected: a name)");
        }
        this.name = name;
        this.judge = judge;
        this.timing = timing;
        this.severity = severity;
        this.worseSeverity = worseSeverity;
        this.text = text;
    }

    /**
     * How long things take, in nanoseconds.
     *
     * @param lasting from the begin of an episode until it is raised
     * @param worseAfter from the begin until it worsens; 0 for never
     * @param reminder least time between reminders; 0 for none
     */
    private record Timing(long lasting, long worseAfter, long reminder) implements Serializable {
        Timing {
            if (worseAfter != 0 && worseAfter <= lasting) {
                throw new IllegalArgumentException("worse after: " + Duration.ofNanos(worseAfter)
                        + " (expected: more than the " + Duration.ofNanos(lasting) + " after which it is raised)");
            }
        }
    }

    private static <T> AlertRule<T> of(String name, Judge<T> judge, long lasting, String subject) {
        return new AlertRule<>(
                name,
                judge,
                new Timing(lasting, 0, 0),
                Severity.WARNING,
                Severity.CRITICAL,
                new RuleText(subject, null, null));
    }

    /**
     * Raised when a number is above a limit.
     *
     * @param name name of the rule
     * @param value reads the number; NaN for none
     */
    public static <T> AlertRule<T> above(String name, ToDoubleFn<T> value, double limit) {
        return of(name, new Judge.Values<>(value, Limits.above(limit)), 0, "value");
    }

    /**
     * Raised when a number is below a limit.
     *
     * @param name name of the rule
     * @param value reads the number; NaN for none
     */
    public static <T> AlertRule<T> below(String name, ToDoubleFn<T> value, double limit) {
        return of(name, new Judge.Values<>(value, Limits.below(limit)), 0, "value");
    }

    /**
     * Raised when a number changes by more than a limit in a unit of time, up or down, from one record to the next.
     *
     * @param name name of the rule
     * @param value reads the number; NaN for none
     * @param limit how much it may change in the unit, not negative
     * @param unit more than zero
     */
    public static <T> AlertRule<T> rateAbove(String name, ToDoubleFn<T> value, double limit, Duration unit) {
        long nanos = positive("unit", unit);
        return of(
                name,
                new Judge.Rates<>(value, nanos, Limits.above(notNegative(limit))),
                0,
                "change in " + AlertText.duration(unit));
    }

    /**
     * Raised when a number is further than a limit away from the median of those before it, in robust standard deviations:
     * {@code |x - m| / (1.4826 * median(|y - m|))} over the window before x. Where more than half of the window is equal, any
     * other number is infinitely far away.
     *
     * @param name name of the rule
     * @param rows how many numbers before are looked at, from 2 to 10,000
     * @param value reads the number; NaN for none
     * @param limit not negative; 3 to 6 are usual
     */
    public static <T> AlertRule<T> outlier(String name, int rows, ToDoubleFn<T> value, double limit) {
        if (rows < 2 || rows > 10_000) {
            throw new IllegalArgumentException("rows: " + rows + " (expected: from 2 to 10000)");
        }
        return of(name, new Judge.Outliers<>(value, rows, Limits.above(notNegative(limit))), 0, "outlier score");
    }

    /**
     * Raised when a score is above a limit or below its negative.
     *
     * @param name name of the rule
     * @param score reads the score that a step before has computed; NaN for none
     * @param limit not negative
     */
    public static <T> AlertRule<T> scoreAbove(String name, ToDoubleFn<T> score, double limit) {
        return of(name, new Judge.Scores<>(score, Limits.above(notNegative(limit))), 0, "score");
    }

    /**
     * Raised when no record of a key comes for a time.
     *
     * @param name name of the rule
     * @param longest how long a key may be silent, more than zero
     */
    public static <T> AlertRule<T> absence(String name, Duration longest) {
        return of(name, new Judge.Absences<>(), positive("longest", longest), "next record");
    }

    /**
     * Raised when a first event is not followed by a second in time. A further first event while one waits changes nothing. A
     * second event at exactly the end of the time is too late.
     *
     * @param name name of the rule
     * @param first what must be followed
     * @param second what must follow
     * @param within how long it may take, more than zero
     */
    public static <T> AlertRule<T> notFollowed(String name, Condition<T> first, Condition<T> second, Duration within) {
        return of(name, new Judge.Sequences<>(first, second), positive("within", within), "second event");
    }

    private static long positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: more than zero)");
        }
        return EventTime.nanos(duration);
    }

    private static double notNegative(double limit) {
        if (!(limit >= 0)) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: not negative)");
        }
        return limit;
    }

    private AlertRule<T> with(Judge<T> newJudge) {
        return new AlertRule<>(name, newJudge, timing, severity, worseSeverity, text);
    }

    private AlertRule<T> with(Timing newTiming) {
        return new AlertRule<>(name, judge, newTiming, severity, worseSeverity, text);
    }

    private AlertRule<T> with(RuleText newText) {
        return new AlertRule<>(name, judge, timing, severity, worseSeverity, newText);
    }

    private Judge.OfNumbers<T> judgeOfNumbers(String option) {
        if (judge instanceof Judge.OfNumbers<T> numbers) {
            return numbers;
        }
        throw new IllegalStateException(option + ": for rule " + name + " (expected: a rule with a limit for numbers)");
    }

    /**
     * The same rule with another limit. Its clear limit and its further limit stay where they were, if that is on their side of
     * the limit; else there is none.
     */
    AlertRule<T> withLimit(double limit) {
        Judge.OfNumbers<T> numbers = judgeOfNumbers("limit");
        return with(numbers.with(numbers.limits().withLimit(limit)));
    }

    /** Null if the rule has no limit for numbers. */
    @Nullable
    Limits limits() {
        return judge instanceof Judge.OfNumbers<T> numbers ? numbers.limits() : null;
    }

    Duration lasting() {
        return Duration.ofNanos(timing.lasting);
    }

    Severity severity() {
        return severity;
    }

    Severity worseSeverity() {
        return worseSeverity;
    }

    /**
     * The same rule, cleared only by a number that is not beyond this limit, so that one which wavers around the limit is one
     * episode. Default: the limit.
     *
     * @throws IllegalArgumentException if it lies beyond the limit
     * @throws IllegalStateException if the rule has no limit for numbers
     */
    public AlertRule<T> withClearLimit(double clear) {
        Judge.OfNumbers<T> numbers = judgeOfNumbers("clear limit");
        return with(numbers.with(numbers.limits().withClear(clear)));
    }

    /**
     * The same rule, worsened by a number beyond this further limit; an episode in which it is passed when it is raised has
     * the severity of worse ones from the start. Default: none.
     *
     * @throws IllegalArgumentException if the limit lies beyond it
     * @throws IllegalStateException if the rule has no limit for numbers
     */
    public AlertRule<T> withWorseLimit(double worse) {
        Judge.OfNumbers<T> numbers = judgeOfNumbers("worse limit");
        return with(numbers.with(numbers.limits().withWorse(worse)));
    }

    /**
     * The same rule, raised when the condition has held this long. Default: at once.
     *
     * @throws IllegalStateException if the rule is about something that does not come, which has its time already
     */
    public AlertRule<T> lasting(Duration duration) {
        judgeOfNumbers("lasting");
        return with(new Timing(positive("lasting", duration), timing.worseAfter, timing.reminder));
    }

    /**
     * The same rule, worsened when an episode has lasted this long since its begin. Default: never.
     *
     * @throws IllegalArgumentException if it is not longer than it takes to raise the episode
     */
    public AlertRule<T> withWorseAfter(Duration duration) {
        return with(new Timing(timing.lasting, positive("worse after", duration), timing.reminder));
    }

    /** The same rule, with a reminder at a record that finds the last alert this old or older. Default: none. */
    public AlertRule<T> withReminder(Duration least) {
        return with(new Timing(timing.lasting, timing.worseAfter, positive("reminder", least)));
    }

    /** The same rule with these severities of its episodes, at first and when worse. Default: warning, then critical. */
    public AlertRule<T> withSeverity(Severity first, Severity worse) {
        if (worse.compareTo(first) < 0) {
            throw new IllegalArgumentException("severity when worse: " + worse + " (expected: at least " + first + ")");
        }
        return new AlertRule<>(name, judge, timing, first, worse, text);
    }

    /** The same rule, with a noun for what it is about, such as {@code temperature}, in its sentences. */
    public AlertRule<T> about(String subject) {
        return with(new RuleText(subject, text.why(), text.whereToLook()));
    }

    /** The same rule with this sentence for {@link Alert#why()}. Default: one that tells the limit. */
    public AlertRule<T> because(String why) {
        return with(new RuleText(text.subject(), why, text.whereToLook()));
    }

    /** The same rule with this sentence for {@link Alert#whereToLook()}. Default: the records of the series. */
    public AlertRule<T> lookAt(String whereToLook) {
        return with(new RuleText(text.subject(), text.why(), whereToLook));
    }

    /** What is kept of a key. Belongs to one key and one thread. */
    public static final class State implements Judge.Verdict {
        private static final byte QUIET = 0;
        private static final byte PENDING = 1;
        private static final byte ACTIVE = 2;

        private final Memory memory;
        private byte phase;
        private long since;
        /** How many episodes before began and ended at this very moment. */
        private int repeat;

        private int number;
        private boolean worse;
        private boolean worsened;
        private long lastAlert;
        private double value = Double.NaN;

        private State(int memory) {
            this.memory = new Memory(memory);
        }

        /** Whether an episode goes on that was raised. */
        boolean isActive() {
            return phase == ACTIVE;
        }

        @Override
        public void judged(double judged) {
            value = judged;
        }

        /** Back to quiet, but for what tells the next episode from one that ended in the moment of its begin. */
        private void end(long time) {
            if (phase == ACTIVE && time == since) {
                repeat++;
            } else if (repeat == 0 || time != since) {
                since = 0;
                repeat = 0;
            }
            phase = QUIET;
            number = 0;
            worse = false;
            worsened = false;
            lastAlert = 0;
            value = Double.NaN;
        }

        private void begin(long time) {
            if (repeat > 0 && since != time) {
                repeat = 0;
            }
            since = time;
            phase = PENDING;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void open(ProcessorContext context) {
        pipeline = context.pipeline();
    }

    /** A copy for a pipeline, to be called without a runtime. */
    AlertRule<T> openedFor(String name) {
        AlertRule<T> copy = with(text);
        copy.pipeline = name;
        return copy;
    }

    /** The key for a series; null is the pipeline as a whole. */
    static Object keyOf(@Nullable String series) {
        return series == null ? SingleSeries.INSTANCE : series;
    }

    /** Clears an episode of a series of which nothing is known any more. */
    void forget(Object key, long time, State state, Emitter<Alert> out) {
        state.value = Double.NaN;
        clear(key, time, state, out);
    }

    @Override
    public State newState(Object key) {
        return new State(judge.memory());
    }

    @Override
    public void process(Object key, long time, T record, State state, Emitter<Alert> out) throws Exception {
        double before = state.value;
        Level level = judge.judge(time, record, state.memory, state);
        switch (level) {
            case SILENT -> {
                state.value = before; // a value that decides nothing is not the one to show
                remind(key, time, state, out);
            }
            case FINE -> clear(key, time, state, out);
            case FINE_AND_ANEW -> {
                clear(key, time, state, out);
                state.begin(time);
            }
            case BAD, WORSE -> hold(key, time, level == Level.WORSE, state, out);
        }
    }

    private void hold(Object key, long time, boolean worse, State state, Emitter<Alert> out) {
        state.worse = worse;
        if (state.phase == State.ACTIVE) {
            if (worse && !state.worsened) {
                state.worsened = true;
                emit(key, time, AlertState.WORSENED, state, out);
            } else {
                remind(key, time, state, out);
            }
            return;
        }
        if (state.phase == State.QUIET) {
            state.begin(time);
        }
        if (timing.lasting == 0) {
            raise(key, time, state, out);
        }
    }

    private void raise(Object key, long time, State state, Emitter<Alert> out) {
        state.phase = State.ACTIVE;
        state.worsened = state.worse;
        emit(key, time, AlertState.RAISED, state, out);
    }

    private void remind(Object key, long time, State state, Emitter<Alert> out) {
        if (state.phase == State.ACTIVE && timing.reminder > 0 && time - state.lastAlert >= timing.reminder) {
            emit(key, time, AlertState.HELD, state, out);
        }
    }

    private void clear(Object key, long time, State state, Emitter<Alert> out) {
        if (state.phase == State.ACTIVE) {
            emit(key, time, AlertState.CLEARED, state, out);
        }
        state.end(time);
    }

    @Override
    public long nextTimer(State state) {
        if (state.phase == State.PENDING) {
            return EventTime.plus(state.since, timing.lasting);
        }
        boolean mayWorsen = state.phase == State.ACTIVE && !state.worsened && timing.worseAfter > 0;
        return mayWorsen ? EventTime.plus(state.since, timing.worseAfter) : NO_TIMER;
    }

    @Override
    public void onTimer(Object key, long time, State state, Emitter<Alert> out) {
        if (state.phase == State.PENDING) {
            raise(key, time, state, out);
        } else {
            state.worsened = true;
            emit(key, time, AlertState.WORSENED, state, out);
        }
    }

    @Override
    public boolean isEmpty(State state) {
        return state.phase == State.QUIET && state.repeat == 0 && state.memory.isEmpty();
    }

    private void emit(Object key, long time, AlertState told, State state, Emitter<Alert> out) {
        String series = key == SingleSeries.INSTANCE ? null : String.valueOf(key);
        if (pipeline == null) {
            throw new IllegalStateException("rule " + name + ": not open (expected: open before the first record)");
        }
        Instant since = EventTime.instant(state.since);
        Duration lasting = Duration.ofNanos(Math.max(0, time - state.since));
        double value;
        double limit;
        String what;
        String why;
        if (judge instanceof Judge.OfNumbers<T> numbers) {
            Limits limits = numbers.limits();
            boolean byLimit = state.worsened && Double.isFinite(limits.worse()) && state.worse;
            value = state.value;
            limit = told == AlertState.CLEARED ? limits.clear() : byLimit ? limits.worse() : limits.limit();
            what = text.ofNumber(series, told, value, limits, byLimit, lasting);
            why = text.whyOfNumber(name, limits, timing.lasting);
        } else {
            value = lasting.toNanos() / 1e9;
            limit = timing.lasting / 1e9;
            what = text.ofSilence(series, told, lasting);
            why = text.whyOfSilence(name, timing.lasting);
        }
        out.emit(new Alert(
                name,
                pipeline,
                series,
                state.worsened ? worseSeverity : severity,
                told,
                since,
                EventTime.instant(time),
                value,
                limit,
                what,
                why,
                text.whereToLook(series, state.since),
                episodeOf(pipeline, series, state),
                state.number));
        state.number++;
        state.lastAlert = time;
    }

    /** The id of the episode that goes on. */
    String episodeOf(String ofPipeline, @Nullable String series, State state) {
        return Alert.episodeOf(ofPipeline, name, series, EventTime.instant(state.since))
                + (state.repeat == 0 ? "" : "." + state.repeat);
    }

    @Override
    public StateCodec<State> stateCodec() {
        return StateCodec.of(AlertRule::write, this::read);
    }

    private static void write(State state, DataOutput out) throws IOException {
        out.writeByte(state.phase);
        out.writeLong(state.since);
        out.writeInt(state.repeat);
        out.writeInt(state.number);
        out.writeBoolean(state.worse);
        out.writeBoolean(state.worsened);
        out.writeLong(state.lastAlert);
        out.writeDouble(state.value);
        state.memory.write(out);
    }

    private State read(DataInput in) throws IOException {
        State state = newState("");
        state.phase = in.readByte();
        state.since = in.readLong();
        state.repeat = in.readInt();
        state.number = in.readInt();
        state.worse = in.readBoolean();
        state.worsened = in.readBoolean();
        state.lastAlert = in.readLong();
        state.value = in.readDouble();
        state.memory.read(in);
        return state;
    }
}
