package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule on what a running pipeline tells of itself: its meters and its status. An {@link AlertManager} reads the samples at
 * regular moments of its clock and gives them to an {@link AlertRule}, so limits, durations and episodes are those of rules on
 * data. A sample that is {@code NaN} says nothing; an episode whose series has no sample any more is cleared.
 *
 * <p>What the status of the pipeline knows of the matter is added to {@link Alert#why()}: what holds the pipeline up, or its
 * last error, or a record that failed.
 */
public final class MetricRule {
    /**
     * A number that was read.
     *
     * @param series what it is of, such as {@code partition readings-3}; null for the pipeline as a whole
     * @param value the number; NaN for none
     */
    public record Sample(@Nullable String series, double value) {}

    /** Reads the samples of a pipeline. */
    @FunctionalInterface
    public interface Reader {
        /**
         * The samples as of now, one of each series. Called often, on the thread of the manager, so it must be quick.
         *
         * @param status as of now
         */
        List<Sample> read(PipelineController pipeline, PipelineStatus status, Instant now);
    }

    /** Says what is the matter in a sentence of its own. */
    @FunctionalInterface
    interface Words {
        String of(Alert alert, PipelineStatus status);
    }

    private final AlertRule<Sample> rule;
    private final Reader reader;
    private final @Nullable Words words;
    private final boolean restsInPause;

    private MetricRule(AlertRule<Sample> rule, Reader reader, @Nullable Words words, boolean restsInPause) {
        this.rule = rule;
        this.reader = reader;
        this.words = words;
        this.restsInPause = restsInPause;
    }

    /** Judges samples by a rule, such as {@code AlertRule.above("lag", Sample::value, 10_000)}. */
    public static MetricRule of(AlertRule<Sample> rule, Reader reader) {
        return new MetricRule(rule, reader, null, false);
    }

    /** The same rule, of which only the sentence about what is the matter is shown, without numbers. */
    MetricRule in(Words newWords) {
        return new MetricRule(rule, reader, newWords, restsInPause);
    }

    /** The same rule, which judges nothing while the pipeline is paused: somebody wants it so. What goes on then is cleared. */
    MetricRule restingInPause() {
        return new MetricRule(rule, reader, words, true);
    }

    /** The same, judged by another rule. */
    MetricRule with(AlertRule<Sample> newRule) {
        return new MetricRule(newRule, reader, words, restsInPause);
    }

    /** Name of the rule. */
    public String name() {
        return rule.name();
    }

    AlertRule<Sample> rule() {
        return rule;
    }

    List<Sample> read(PipelineController pipeline, PipelineStatus status, Instant now) {
        return rests(status) ? List.of() : reader.read(pipeline, status, now);
    }

    private boolean rests(PipelineStatus status) {
        return restsInPause && status.state() == PipelineState.PAUSED;
    }

    private String what(Alert alert, PipelineStatus status) {
        if (rests(status)) {
            return "Pipeline " + alert.pipeline() + " is paused, on purpose.";
        }
        return words == null ? alert.what() : words.of(alert, status);
    }

    /** The alert, with what the status knows. */
    Alert explained(Alert alert, PipelineStatus status) {
        String reason = alert.state().isActive() ? reason(status) : null;
        return new Alert(
                alert.rule(),
                alert.pipeline(),
                alert.series(),
                alert.severity(),
                alert.state(),
                alert.since(),
                alert.at(),
                words == null ? alert.value() : null,
                words == null ? alert.limit() : null,
                what(alert, status),
                reason == null ? alert.why() : alert.why() + " " + reason,
                alert.whereToLook(),
                alert.episode(),
                alert.number());
    }

    private static @Nullable String reason(PipelineStatus status) {
        if (!status.waitingFor().isEmpty()) {
            return "Now it is held up: " + status.waitingFor().get(0) + ".";
        }
        if (status.lastError() != null) {
            return "Its last error: " + status.lastError() + ".";
        }
        return status.steps().stream()
                .filter(step -> step.lastFailure() != null)
                .map(step -> "Step \"" + step.name() + "\" failed at " + step.lastFailure() + ".")
                .findFirst()
                .orElse(null);
    }
}
