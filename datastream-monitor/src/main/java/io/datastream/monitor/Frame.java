package io.datastream.monitor;

import io.datastream.monitor.Views.ConnectionView;
import io.datastream.monitor.Views.Finding;
import io.datastream.monitor.Views.OriginView;
import io.datastream.monitor.Views.Seen;
import io.datastream.monitor.Views.StageView;
import io.datastream.monitor.Views.StepView;
import io.datastream.monitor.Views.Totals;
import io.datastream.monitor.Views.Whole;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A message of server-sent events that tells a view, without the definition. It is written each second, so by hand: the same
 * JSON as {@link Answer#json} writes, at less cost.
 */
final class Frame {
    private static final int USUAL_SIZE = 4_000;

    private final StringBuilder text = new StringBuilder(USUAL_SIZE);

    private Frame() {}

    static byte[] of(Whole view) {
        Frame frame = new Frame();
        frame.text.append("data: ");
        frame.write(view);
        frame.text.append("\n\n"); // JSON has no line breaks
        return frame.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void write(Whole view) {
        text.append('{');
        text("name", view.name());
        text("state", view.state());
        flag("ended", view.ended());
        number("restarts", view.restarts());
        text("lastError", view.lastError());
        text("time", view.time());
        begin("totals");
        write(view.totals());
        text.append('}');
        list("origins", view.origins(), this::write);
        list("stages", view.stages(), this::write);
        list("steps", view.steps(), this::write);
        name("waitingFor");
        text.append('[');
        for (String reason : view.waitingFor()) {
            separate();
            quote(reason);
        }
        text.append(']');
        list("findings", view.findings(), this::write);
        list("errors", view.errors(), this::write);
        list("connections", view.connections(), this::write);
        begin("resources");
        write(view.resources());
        text.append('}');
        text.append('}');
    }

    private void write(Totals totals) {
        number("inRate", totals.inRate());
        number("outRate", totals.outRate());
        number("errorRate", totals.errorRate());
        number("in", totals.in());
        number("out", totals.out());
        number("late", totals.late());
        number("skipped", totals.skipped());
        number("deadLetters", totals.deadLetters());
        number("lag", totals.lag());
        number("delaySeconds", totals.delaySeconds());
    }

    private void write(OriginView origin) {
        text("name", origin.name());
        number("stage", origin.stage());
        number("position", origin.position());
        number("end", origin.end());
        number("lag", origin.lag());
        text("watermark", origin.watermark());
        number("delaySeconds", origin.delaySeconds());
        text("evidence", origin.evidence());
        flag("quiet", origin.quiet());
        flag("problem", origin.problem());
    }

    private void write(StageView stage) {
        number("id", stage.id());
        number("inRate", stage.inRate());
        number("outRate", stage.outRate());
        number("in", stage.in());
        number("out", stage.out());
        text("watermark", stage.watermark());
        number("delaySeconds", stage.delaySeconds());
        text("oldestWindow", stage.oldestWindow());
        number("buffered", stage.buffered());
        number("keys", stage.keys());
        number("lag", stage.lag());
        flag("held", stage.held());
    }

    private void write(StepView step) {
        text("name", step.name());
        number("late", step.late());
        number("skipped", step.skipped());
        number("deadLetters", step.deadLetters());
        text("lastFailure", step.lastFailure());
        text("lastSample", step.lastSample());
    }

    private void write(Finding finding) {
        text("level", finding.level().name());
        text("text", finding.text());
    }

    private void write(Seen seen) {
        text("time", seen.time());
        text("step", seen.step());
        text("text", seen.text());
        text("sample", seen.sample());
    }

    private void write(ConnectionView connection) {
        text("client", connection.client());
        number("open", connection.open());
    }

    private void write(Resources resources) {
        number("heapUsed", resources.heapUsed());
        number("heapMax", resources.heapMax());
        number("gcCount", resources.gcCount());
        number("gcMillis", resources.gcMillis());
        number("cpu", resources.cpu());
        number("processors", resources.processors());
        number("threads", resources.threads());
        number("uptimeMillis", resources.uptimeMillis());
        text("java", resources.java());
    }

    /** Objects that are made of what the writer writes of each value. */
    private <T> void list(String name, List<T> values, Consumer<T> writer) {
        name(name);
        text.append('[');
        for (T value : values) {
            separate();
            text.append('{');
            writer.accept(value);
            text.append('}');
        }
        text.append(']');
    }

    private void begin(String name) {
        name(name);
        text.append('{');
    }

    private void name(String name) {
        separate();
        text.append('"').append(name).append("\":");
    }

    /** A comma, unless what comes is the first of a list or an object. No value ends as these begin. */
    private void separate() {
        char last = text.charAt(text.length() - 1);
        if (last != '[' && last != '{') {
            text.append(',');
        }
    }

    private void text(String name, @Nullable String value) {
        if (value != null) {
            name(name);
            quote(value);
        }
    }

    private void flag(String name, boolean value) {
        name(name);
        text.append(value);
    }

    private void number(String name, @Nullable Long value) {
        if (value != null) {
            name(name);
            text.append((long) value);
        }
    }

    private void number(String name, long value) {
        name(name);
        text.append(value);
    }

    private void number(String name, @Nullable Double value) {
        if (value != null) {
            number(name, (double) value);
        }
    }

    private void number(String name, double value) {
        if (Double.isFinite(value)) {
            name(name);
            text.append(value);
        } else { // JSON has no such number
            text(name, Double.toString(value));
        }
    }

    private void quote(String value) {
        text.append('"');
        int written = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                text.append(value, written, i).append(escape(c));
                written = i + 1;
            }
        }
        text.append(value, written, value.length()).append('"');
    }

    private static String escape(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\f' -> "\\f";
            case '\r' -> "\\r";
            default -> String.format(Locale.ROOT, "\\u%04X", (int) c);
        };
    }
}
