package io.datastream.runtime;

import io.datastream.error.OneLine;
import io.datastream.time.EventTime;
import io.datastream.time.Window;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a window: the records it was made from, those that were left out, when it closed, and why then.
 * {@link #toString()} says it in words.
 *
 * @param pipeline name of the pipeline
 * @param step name of the windowed step
 * @param key the key as text
 * @param window the window
 * @param outcome what became of it
 * @param inputs the records it was made from, by origin; empty while it is open
 * @param late records that came too late for it, by origin
 * @param failed records that the aggregation could not take, by origin
 * @param closing when and why it closed; while it is open, how far the watermark is; null if that is not known
 * @param notes what is not known, and why; empty if the rest is complete
 */
public record WindowExplanation(
        String pipeline,
        String step,
        String key,
        Window window,
        Outcome outcome,
        List<Input> inputs,
        List<Input> late,
        List<Input> failed,
        @Nullable Closing closing,
        List<String> notes) {

    /** Copies the lists. */
    public WindowExplanation {
        inputs = List.copyOf(inputs);
        late = List.copyOf(late);
        failed = List.copyOf(failed);
        notes = List.copyOf(notes);
    }

    /** What became of a window. */
    public enum Outcome {
        /** It has closed and has a result, made from records. */
        CLOSED,
        /** It has closed and has a result, although it has no records, because the step gives out empty windows. */
        EMPTY,
        /** The watermark has not passed its end, so records may still come and there is no result yet. */
        OPEN,
        /** The watermark has passed its end, and there were no records, so there is no result. */
        NO_RECORDS,
        /** It closed so long ago, or before a restart, that it is not remembered. */
        FORGOTTEN,
        /** No task of the step runs in this process. */
        ELSEWHERE
    }

    /**
     * Records of one origin.
     *
     * @param origin the partition or task that they come from, such as {@code readings-3}, as in the places of errors
     * @param connector name of the source, such as that of a topic; null if they are results of steps before an exchange
     * @param partition of the source, or number of the task
     * @param firstOffset lowest offset of the records; -1 if they have none, because they are results of other steps
     * @param lastOffset highest offset of the records; between the two there may be records of other keys and windows
     * @param records how many
     * @param filled how many of them a step before has filled in, where the definition says which those are
     * @param watermarkNanos of late records: the watermark that the first was behind of; else {@link EventTime#MIN}
     */
    public record Input(
            String origin,
            @Nullable String connector,
            int partition,
            long firstOffset,
            long lastOffset,
            long records,
            long filled,
            long watermarkNanos) {

        /** In words. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(OneLine.of(origin))
                    .append(": ")
                    .append(count(records, connector == null ? "result" : "record"));
            if (firstOffset >= 0) {
                text.append(firstOffset == lastOffset ? " at offset " + firstOffset : " at offsets " + firstOffset)
                        .append(firstOffset == lastOffset ? "" : " to " + lastOffset);
            }
            if (filled > 0) {
                text.append(", ").append(filled).append(" of them filled in");
            }
            if (watermarkNanos != EventTime.MIN) {
                text.append(records == 1 ? ", when" : ", the first when")
                        .append(" the watermark was at ")
                        .append(EventTime.describe(watermarkNanos));
            }
            return text.toString();
        }
    }

    /** Why the watermark went where it is. */
    public enum Reason {
        /** A record moved it. */
        RECORD,
        /** Nothing came for a while, so time moved it. */
        IDLE,
        /** The input has ended. */
        END
    }

    /**
     * When and why a window closed.
     *
     * @param watermarkNanos where the watermark went, past the end of the window
     * @param decidedBy the slowest origin, for which all others waited; null if that is not known
     * @param reason why that origin went so far
     * @param clockNanos the time of day; {@link EventTime#MIN} if that is not known
     */
    public record Closing(long watermarkNanos, @Nullable String decidedBy, Reason reason, long clockNanos) {}

    /** All records that the result was made from. */
    public long records() {
        return inputs.stream().mapToLong(Input::records).sum();
    }

    /** All records that came too late. */
    public long lateRecords() {
        return late.stream().mapToLong(Input::records).sum();
    }

    /** All records that the aggregation could not take. */
    public long failedRecords() {
        return failed.stream().mapToLong(Input::records).sum();
    }

    private static String count(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** All of it in plain words, one fact a line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("window ")
                .append(window)
                .append(" of ")
                .append(OneLine.of(key))
                .append(", step ")
                .append(OneLine.of(step))
                .append(" of pipeline ")
                .append(pipeline)
                .append('\n');
        switch (outcome) {
            case CLOSED -> lines(text, "made from", inputs, records());
            case EMPTY -> text.append("  made from no records: the step gives out empty windows between others\n");
            case OPEN -> text.append("  still open: records may come, and there is no result yet\n");
            case NO_RECORDS -> text.append("  no records, so there is no result\n");
            case FORGOTTEN -> text.append("  not remembered: it closed too long ago, or before a restart\n");
            case ELSEWHERE -> text.append("  not known here: no task of the step runs in this process\n");
        }
        if (!late.isEmpty()) {
            lines(text, "left out because they came too late", late, lateRecords());
        }
        if (!failed.isEmpty()) {
            lines(text, "left out because the aggregation failed", failed, failedRecords());
        }
        if (closing != null) {
            text.append("  ").append(words(closing)).append('\n');
        }
        notes.forEach(note -> text.append("  note: ").append(note).append('\n'));
        return text.toString();
    }

    private static void lines(StringBuilder text, String what, List<Input> inputs, long sum) {
        text.append("  ").append(what).append(": ").append(sum).append('\n');
        inputs.forEach(input -> text.append("    ").append(input).append('\n'));
    }

    private String words(Closing by) {
        String who = by.decidedBy() == null ? "" : OneLine.of(by.decidedBy());
        if (outcome == Outcome.OPEN) {
            return "it closes when the watermark reaches " + EventTime.describe(window.endNanos()) + "; that is at "
                    + EventTime.describe(by.watermarkNanos())
                    + (who.isEmpty() ? "" : ", and " + who + " is the slowest");
        }
        String clock = by.clockNanos() == EventTime.MIN ? "" : " at " + EventTime.describe(by.clockNanos());
        String moved = by.watermarkNanos() == EventTime.MAX
                ? "at the end of the input"
                : "when the watermark went to " + EventTime.describe(by.watermarkNanos());
        String why = switch (by.reason()) {
            case RECORD -> who + " was the slowest and had come so far";
            case IDLE -> who + " was the slowest and idle, so time moved it";
            case END -> who + " was the last to end";
        };
        return "closed" + clock + ", " + moved + (who.isEmpty() ? "" : ": " + why);
    }

    /** The outcome as one lower-case word or two, such as {@code no records}. */
    public String outcomeText() {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
