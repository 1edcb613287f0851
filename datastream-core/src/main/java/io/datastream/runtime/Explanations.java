package io.datastream.runtime;

import io.datastream.engine.Origins;
import io.datastream.engine.WindowJournal;
import io.datastream.engine.WindowJournal.Finding;
import io.datastream.engine.WindowJournal.Part;
import io.datastream.error.OneLine;
import io.datastream.plan.Node;
import io.datastream.plan.Node.SourceNode;
import io.datastream.plan.Node.WindowNode;
import io.datastream.plan.Plan;
import io.datastream.runtime.WindowExplanation.Closing;
import io.datastream.runtime.WindowExplanation.Input;
import io.datastream.runtime.WindowExplanation.Outcome;
import io.datastream.runtime.WindowExplanation.Reason;
import io.datastream.time.EventTime;
import io.datastream.time.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline remembers of the windows of the steps that were defined with
 * {@link io.datastream.WindowedStream#explained()}. Safe for use by several threads; it can be asked while the pipeline
 * runs, is stuck or has ended, and never holds it up for longer than a look through the memory of one task takes.
 */
public final class Explanations {
    private final Plan plan;
    private final Supplier<List<WindowJournal>> journals;

    /**
     * For runtimes.
     *
     * @param journals those of all tasks that run here, or ran last
     */
    public Explanations(Plan plan, Supplier<List<WindowJournal>> journals) {
        this.plan = plan;
        this.journals = journals;
    }

    /** The names of the steps that can be explained, in the order of the definition. */
    public List<String> steps() {
        return plan.nodes().stream()
                .filter(node -> node instanceof WindowNode window && window.explained() != null)
                .map(plan::nameOf)
                .toList();
    }

    /**
     * What is known of a window of a key.
     *
     * @throws IllegalArgumentException if the step cannot be explained, or has no such window
     */
    public WindowExplanation explain(String step, Object key, Window window) {
        return explain(step, key::equals, String.valueOf(key), window);
    }

    /**
     * What is known of a window of the key that reads like this.
     *
     * @throws IllegalArgumentException if the step cannot be explained, or has no such window
     */
    public WindowExplanation explainText(String step, String key, Window window) {
        return explain(step, readsLike(key), key, window);
    }

    /**
     * The closed windows of the key that reads like this, the latest first.
     *
     * @param at a time that they contain; null for any
     * @param most at most so many
     * @throws IllegalArgumentException if the step cannot be explained
     */
    public List<WindowExplanation> latest(String step, String key, @Nullable Instant at, int most) {
        long from = at == null ? EventTime.MIN : EventTime.nanos(at);
        long to = at == null ? EventTime.MAX : from;
        List<WindowExplanation> found = new ArrayList<>();
        for (WindowJournal journal : of(step)) {
            for (Window window : journal.windows(readsLike(key), from, to, most)) {
                found.add(told(step, key, window, journal.find(readsLike(key), window), journal));
            }
        }
        found.sort(Comparator.comparing(
                (WindowExplanation explanation) -> explanation.window().endNanos(), Comparator.reverseOrder()));
        return List.copyOf(found.subList(0, Math.min(most, found.size())));
    }

    private static Predicate<Object> readsLike(String key) {
        return any -> key.equals(String.valueOf(any));
    }

    private List<WindowJournal> of(String step) {
        if (!steps().contains(step)) {
            throw new IllegalArgumentException(
                    "step: \"" + step + "\" (expected: one that is explained(), of " + steps() + ")");
        }
        return journals.get().stream()
                .filter(journal -> journal.step().equals(step))
                .toList();
    }

    private WindowExplanation explain(String step, Predicate<Object> key, String text, Window window) {
        Finding best = null;
        WindowJournal known = null;
        for (WindowJournal journal : of(step)) {
            Finding finding = journal.find(key, window);
            if (best == null
                    || rank(finding) > rank(best)
                    || (rank(finding) == rank(best) && isSlower(finding, best))) {
                best = finding;
                known = journal;
            }
        }
        return best == null || known == null
                ? new WindowExplanation(
                        plan.name(),
                        step,
                        text,
                        window,
                        Outcome.ELSEWHERE,
                        List.of(),
                        List.of(),
                        List.of(),
                        null,
                        List.of())
                : told(step, text, window, best, known);
    }

    /** The task that has the key knows most of it. */
    private static int rank(Finding finding) {
        if (!finding.used().isEmpty()
                || !finding.late().isEmpty()
                || !finding.failed().isEmpty()) {
            return 4;
        }
        return switch (finding.outcome()) {
            case CLOSED, EMPTY -> 4;
            case OPEN -> 3;
            case FORGOTTEN -> 2;
            case NOTHING -> 1;
        };
    }

    private static boolean isSlower(Finding a, Finding b) {
        return a.close() != null
                && b.close() != null
                && a.close().watermark() < b.close().watermark();
    }

    private WindowExplanation told(String step, String key, Window window, Finding finding, WindowJournal journal) {
        Outcome outcome = switch (finding.outcome()) {
            case CLOSED -> Outcome.CLOSED;
            case EMPTY -> Outcome.EMPTY;
            case OPEN -> Outcome.OPEN;
            case NOTHING -> Outcome.NO_RECORDS;
            case FORGOTTEN -> Outcome.FORGOTTEN;
        };
        List<String> notes = new ArrayList<>();
        if (outcome == Outcome.CLOSED && finding.isRestored()) {
            notes.add("some of its records came before a restart, and are in the result but not listed");
        }
        if (outcome == Outcome.CLOSED && finding.isPartly()) {
            notes.add("some of its records may be forgotten, because it closed long ago");
        }
        if (finding.mayMiss() && outcome != Outcome.ELSEWHERE) {
            notes.add("records that were left out may be forgotten");
        }
        if (finding.used().stream().anyMatch(part -> !isSource(part.origin()))) {
            notes.add("results of steps before were used; their windows can be explained in turn, if those steps are"
                    + " explained()");
        }
        String failure = journal.filledFailure();
        if (failure != null) {
            notes.add("the test for records that were filled in has failed: " + OneLine.of(failure));
        }
        return new WindowExplanation(
                plan.name(),
                step,
                key,
                window,
                outcome,
                finding.used().stream().map(part -> input(part, false)).toList(),
                finding.late().stream().map(part -> input(part, true)).toList(),
                finding.failed().stream().map(part -> input(part, false)).toList(),
                finding.close() == null ? null : closing(finding.close()),
                notes);
    }

    private boolean isSource(int origin) {
        return plan.stages().get(Origins.stage(origin)).source() != null;
    }

    private Input input(Part part, boolean isLate) {
        SourceNode source = plan.stages().get(Origins.stage(part.origin())).source();
        return new Input(
                name(part.origin()),
                source == null ? null : source.source().connector().name(),
                Origins.partition(part.origin()),
                part.highest() < 0 ? -1 : part.lowest(),
                part.highest(),
                part.count(),
                isLate ? 0 : part.extra(),
                isLate ? part.extra() : EventTime.MIN);
    }

    private String name(int origin) {
        Node source = plan.stages().get(Origins.stage(origin)).source();
        return source == null ? "results of " + Origins.describe(plan, origin) : Origins.name(plan, origin);
    }

    private Closing closing(WindowJournal.Close close) {
        Reason reason = close.watermark() == EventTime.MAX ? Reason.END : close.idle() ? Reason.IDLE : Reason.RECORD;
        return new Closing(close.watermark(), close.origin() < 0 ? null : name(close.origin()), reason, close.clock());
    }
}
