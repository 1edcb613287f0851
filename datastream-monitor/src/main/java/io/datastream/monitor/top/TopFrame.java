package io.datastream.monitor.top;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastream.alert.AlertText;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Lines for a terminal of what a monitor told. Whatever is in names and texts, it stays text on its line. */
final class TopFrame {
    private static final int LONGEST_STEPS = 60;

    /** So that the pipelines stay on the screen. */
    private static final int MOST_ALERTS = 10;

    private static final String NONE = "-";

    private final int width;
    private final Instant now;
    private final List<Line> lines = new ArrayList<>();

    private TopFrame(int width, Instant now) {
        this.width = width;
        this.now = now;
    }

    /** How a line is shown where there are colours. */
    enum Style {
        PLAIN,
        TITLE,
        GOOD,
        WAITS,
        BAD
    }

    /** A line, no longer than the frame is wide. */
    record Line(String text, Style style) {}

    static List<Line> of(TopClient.Look look, URI monitor, int width, Instant now) {
        TopFrame frame = new TopFrame(width, now);
        int active = look.alerts().path("activeTotal").asInt();
        frame.add(
                Style.TITLE,
                "datastream at " + monitor + "  " + now.truncatedTo(ChronoUnit.SECONDS) + "  "
                        + many(look.pipelines().size(), "pipeline") + ", " + many(active, "alert"));
        frame.alerts(look.alerts());
        look.pipelines().forEach(frame::pipeline);
        return List.copyOf(frame.lines);
    }

    /** A frame that says why there is nothing to show. */
    static List<Line> ofProblem(String problem, int width, Instant now) {
        TopFrame frame = new TopFrame(width, now);
        frame.add(Style.TITLE, "datastream  " + now.truncatedTo(ChronoUnit.SECONDS));
        frame.item(Style.BAD, AlertText.oneLine(problem));
        return List.copyOf(frame.lines);
    }

    private static String many(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private void add(Style style, String text) {
        lines.add(new Line(AlertText.shortened(text, width), style));
    }

    /** What is bad has a mark, for those who see no colours. */
    private void item(Style style, String text) {
        add(style, (style == Style.BAD ? "! " : "  ") + text);
    }

    private static String text(JsonNode node) {
        return AlertText.oneLine(node.asText(""));
    }

    private void pipeline(JsonNode pipeline) {
        String state = text(pipeline.path("state"));
        JsonNode totals = pipeline.path("totals");
        add(Style.PLAIN, "");
        add(
                state.equals("RUNNING") || state.equals("COMPLETED")
                        ? Style.GOOD
                        : state.equals("FAILED") ? Style.BAD : Style.WAITS,
                text(pipeline.path("name")) + "  " + state
                        + "  in " + rate(totals.path("inRate")) + "/s, out " + rate(totals.path("outRate"))
                        + "/s, not read "
                        + count(totals.path("lag")) + ", behind " + seconds(totals.path("delaySeconds")) + ", late "
                        + count(totals.path("late")) + ", failed "
                        + (totals.path("skipped").asLong()
                                + totals.path("deadLetters").asLong()) + ", restarts "
                        + pipeline.path("restarts").asInt());
        for (JsonNode finding : pipeline.path("findings")) {
            String level = text(finding.path("level"));
            Style style = level.equals("OK") ? Style.GOOD : level.equals("PROBLEM") ? Style.BAD : Style.WAITS;
            item(style, text(finding.path("text")));
        }
        stages(pipeline);
        for (JsonNode step : pipeline.path("steps")) {
            if (step.has("lastFailure")) {
                item(Style.BAD, text(step.path("name")) + ": " + text(step.path("lastFailure")));
            }
        }
        if (pipeline.has("lastError")) {
            item(Style.BAD, "last error: " + text(pipeline.path("lastError")));
        }
    }

    private void stages(JsonNode pipeline) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("stage", "steps", "in/s", "out/s", "not read", "behind", "waiting", "keys", ""));
        for (JsonNode stage : pipeline.path("stages")) {
            int id = stage.path("id").asInt();
            rows.add(List.of(
                    String.valueOf(id),
                    AlertText.shortened(steps(pipeline.path("plan").path("stages"), id), LONGEST_STEPS),
                    rate(stage.path("inRate")),
                    rate(stage.path("outRate")),
                    count(stage.path("lag")),
                    seconds(stage.path("delaySeconds")),
                    count(stage.path("buffered")),
                    count(stage.path("keys")),
                    stage.path("held").asBoolean() ? "held back" : ""));
        }
        table(rows);
    }

    private static String steps(JsonNode plan, int id) {
        StringJoiner steps = new StringJoiner(" > ");
        for (JsonNode stage : plan) {
            if (stage.path("id").asInt() == id) {
                if (stage.has("source")) {
                    steps.add(text(stage.path("source")));
                } else if (stage.has("key")) {
                    steps.add("by " + text(stage.path("key")));
                }
                for (JsonNode step : stage.path("steps")) {
                    if (!step.path("role").asText().equals("source")) {
                        steps.add(text(step.path("name")));
                    }
                }
            }
        }
        return steps.toString();
    }

    /** Columns as wide as their widest cell; the second is text, the others are numbers. */
    private void table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        Style style = Style.TITLE;
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int i = 0; i < widths.length; i++) {
                String blanks = " ".repeat(widths[i] - row.get(i).length());
                line.append(' ').append(i == 1 || i == 8 ? row.get(i) + blanks : blanks + row.get(i));
            }
            add(style, line.toString().stripTrailing());
            style = Style.PLAIN;
        }
    }

    private void alerts(JsonNode alerts) {
        int shown = 0;
        for (JsonNode alert : alerts.path("active")) {
            if (shown == MOST_ALERTS) {
                break;
            }
            shown++;
            String severity = text(alert.path("severity"));
            String series = alert.has("series") ? " of " + text(alert.path("series")) : "";
            item(
                    severity.equals("CRITICAL") ? Style.BAD : severity.equals("WARNING") ? Style.WAITS : Style.PLAIN,
                    severity + " " + text(alert.path("rule")) + series + " in " + text(alert.path("pipeline"))
                            + ", for " + since(text(alert.path("since"))) + ": " + text(alert.path("what")));
        }
        int more = alerts.path("activeTotal").asInt() - shown;
        if (more > 0) {
            item(Style.WAITS, "and " + many(more, "more alert"));
        }
        for (JsonNode channel : alerts.path("channels")) {
            boolean isWell = !channel.has("lastError");
            item(
                    isWell ? Style.PLAIN : Style.BAD,
                    "channel " + text(channel.path("channel")) + ": " + count(channel.path("waiting")) + " wait, "
                            + count(channel.path("delivered")) + " delivered, " + count(channel.path("lost")) + " lost"
                            + (isWell ? "" : ": " + text(channel.path("lastError"))));
        }
    }

    private String since(String time) {
        try {
            Duration lasting = Duration.between(Instant.parse(time), now);
            return AlertText.duration(lasting.isNegative() ? Duration.ZERO : Duration.ofSeconds(lasting.toSeconds()));
        } catch (DateTimeParseException e) {
            return NONE;
        }
    }

    private static String rate(JsonNode number) {
        if (!number.isNumber()) {
            return NONE;
        }
        double rate = number.asDouble();
        return rate == 0 || rate >= 10
                ? String.format(Locale.ROOT, "%,d", Math.round(rate))
                : String.format(Locale.ROOT, "%.1f", rate);
    }

    private static String count(JsonNode number) {
        return number.isNumber() ? String.format(Locale.ROOT, "%,d", number.asLong()) : NONE;
    }

    private static String seconds(JsonNode number) {
        if (!number.isNumber()) {
            return NONE;
        }
        double seconds = Math.max(0, number.asDouble());
        return seconds < 60
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : AlertText.duration(Duration.ofSeconds((long) seconds));
    }
}
