package io.datastream.alerts;

import io.datastream.alert.AlertState;
import io.datastream.alert.AlertText;
import io.datastream.time.EventTime;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The sentences of a rule on data.
 *
 * @param subject what the rule is about, such as {@code temperature}
 * @param why why it is taken for a problem; null for a sentence made from the limits
 * @param whereToLook where to look first; null for the records of the series
 */
record RuleText(
        String subject, @Nullable String why, @Nullable String whereToLook) implements Serializable {
    RuleText {
        if (subject.isBlank() || (why != null && why.isBlank()) || (whereToLook != null && whereToLook.isBlank())) {
            throw new IllegalArgumentException("texts of a rule: \"" + subject + "\", \"" + why + "\", \"" + whereToLook
                    + "\" (expected: not blank)");
        }
    }

    private static String of(@Nullable String series) {
        return series == null ? "" : " of " + AlertText.shortened(AlertText.oneLine(series), 120);
    }

    /** What is the matter, where a number was judged. */
    String ofNumber(
            @Nullable String series, AlertState state, double value, Limits limits, boolean isWorse, Duration lasting) {
        String begin = "The " + subject + of(series) + " is ";
        if (Double.isNaN(value)) {
            return begin + "not known any more.";
        }
        return switch (state) {
            case CLEARED -> begin + AlertText.number(value) + " again, which is " + limits.fineWords() + ".";
            case RAISED -> begin + AlertText.number(value) + ", " + limits.badWords(isWorse) + ".";
            case HELD, WORSENED ->
                begin + AlertText.number(value) + ", and has been " + limits.badWords(false) + " for "
                        + AlertText.duration(lasting) + (isWorse ? ", at times " + limits.badWords(true) : "") + ".";
        };
    }

    /** What is the matter, where something has not come in time. */
    String ofSilence(@Nullable String series, AlertState state, Duration lasting) {
        String begin = "The " + subject + of(series);
        return state.isActive()
                ? begin + " has not come for " + AlertText.duration(lasting) + "."
                : begin + " has come again after " + AlertText.duration(lasting) + ".";
    }

    String whyOfNumber(String rule, Limits limits, long lastingNanos) {
        if (why != null) {
            return why;
        }
        return "Rule " + rule + " takes it for a problem when the " + subject + " is " + limits.side() + " "
                + AlertText.number(limits.limit())
                + (lastingNanos == 0 ? "" : " for " + AlertText.duration(Duration.ofNanos(lastingNanos))) + ".";
    }

    String whyOfSilence(String rule, long lastingNanos) {
        if (why != null) {
            return why;
        }
        return "Rule " + rule + " takes it for a problem when the " + subject + " does not come for "
                + AlertText.duration(Duration.ofNanos(lastingNanos)) + ".";
    }

    String whereToLook(@Nullable String series, long sinceNanos) {
        return whereToLook != null
                ? whereToLook
                : "Look at the records" + of(series) + " from " + EventTime.instant(sinceNanos) + " on.";
    }
}
