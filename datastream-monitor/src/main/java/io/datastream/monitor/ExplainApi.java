package io.datastream.monitor;

import io.datastream.error.OneLine;
import io.datastream.runtime.Explanations;
import io.datastream.runtime.WindowExplanation;
import io.datastream.runtime.WindowExplanation.Input;
import io.datastream.time.EventTime;
import io.datastream.time.Window;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a pipeline says of its windows. */
final class ExplainApi {
    private static final int MOST_WINDOWS = 100;

    private final Explanations explanations;

    /** The steps that can be asked about. */
    private record Steps(List<String> steps) {}

    /** The closed windows of a key, the latest first. */
    private record Windows(String step, String key, List<Line> windows) {}

    /** A window in short. */
    private record Line(String start, String end, String outcome, long records, long late, long failed) {}

    /**
     * A window.
     *
     * @param text all of it in words
     */
    private record Whole(
            String step,
            String key,
            String start,
            String end,
            String outcome,
            List<Part> inputs,
            List<Part> late,
            List<Part> failed,
            @Nullable Closing closing,
            List<String> notes,
            String text) {}

    /** Records of one origin. */
    private record Part(
            String origin,
            @Nullable String connector,
            int partition,
            @Nullable Long firstOffset,
            @Nullable Long lastOffset,
            long records,
            long filled,
            @Nullable String watermark) {}

    /** When and why a window closed, or how far it has to go. */
    private record Closing(
            @Nullable String watermark,
            @Nullable String decidedBy,
            String reason,
            @Nullable String clock) {}

    ExplainApi(Explanations explanations) {
        this.explanations = explanations;
    }

    /** The answer to the question that the fields of an address ask. */
    Answer answer(Query query) {
        String step = query.get("step");
        if (step.isEmpty()) {
            List<String> steps = explanations.steps();
            return query.get("format").equals("text")
                    ? Answer.text(200, steps.isEmpty() ? "no step is explained()" : String.join("\n", lines(steps)))
                    : Answer.json(new Steps(steps));
        }
        try {
            String start = query.get("start");
            String end = query.get("end");
            if (start.isEmpty() != end.isEmpty()) {
                return Answer.text(400, "window: one edge only (expected: start and end, or neither)");
            }
            return start.isEmpty()
                    ? list(step, query)
                    : one(query, explanations.explainText(step, query.get("key"), window(start, end)));
        } catch (IllegalArgumentException e) {
            return Answer.text(400, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> lines(List<String> texts) {
        return texts.stream().map(OneLine::of).toList();
    }

    private static Window window(String start, String end) {
        return new Window(nanos("start", start), nanos("end", end));
    }

    private static long nanos(String field, String text) {
        return EventTime.nanos(instant(field, text));
    }

    private static Instant instant(String field, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    field + ": " + text + " (expected: an instant such as 2026-01-01T12:00:00Z)", e);
        }
    }

    private Answer list(String step, Query query) {
        String key = query.get("key");
        String at = query.get("at");
        int most = (int) Math.max(1, query.number("most", MOST_WINDOWS, MOST_WINDOWS));
        List<WindowExplanation> found = explanations.latest(step, key, at.isEmpty() ? null : instant("at", at), most);
        if (query.get("format").equals("text")) {
            StringBuilder text = new StringBuilder();
            found.forEach(text::append);
            return Answer.text(
                    200,
                    found.isEmpty()
                            ? "no closed window of this key" + (at.isEmpty() ? "" : " at this time")
                                    + " is remembered here"
                            : text.toString().stripTrailing());
        }
        return Answer.json(
                new Windows(step, key, found.stream().map(ExplainApi::line).toList()));
    }

    private static Line line(WindowExplanation explanation) {
        return new Line(
                explanation.window().start().toString(),
                explanation.window().end().toString(),
                explanation.outcomeText(),
                explanation.records(),
                explanation.lateRecords(),
                explanation.failedRecords());
    }

    private static String lower(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Answer one(Query query, WindowExplanation explanation) {
        if (query.get("format").equals("text")) {
            return Answer.text(200, explanation.toString().stripTrailing());
        }
        WindowExplanation.Closing closing = explanation.closing();
        return Answer.json(new Whole(
                explanation.step(),
                explanation.key(),
                explanation.window().start().toString(),
                explanation.window().end().toString(),
                explanation.outcomeText(),
                explanation.inputs().stream().map(ExplainApi::part).toList(),
                explanation.late().stream().map(ExplainApi::part).toList(),
                explanation.failed().stream().map(ExplainApi::part).toList(),
                closing == null
                        ? null
                        : new Closing(
                                Views.time(closing.watermarkNanos()),
                                closing.decidedBy(),
                                lower(closing.reason().name()),
                                Views.time(closing.clockNanos())),
                explanation.notes(),
                explanation.toString()));
    }

    private static Part part(Input input) {
        return new Part(
                input.origin(),
                input.connector(),
                input.partition(),
                input.firstOffset() < 0 ? null : input.firstOffset(),
                input.firstOffset() < 0 ? null : input.lastOffset(),
                input.records(),
                input.filled(),
                Views.time(input.watermarkNanos()));
    }
}
