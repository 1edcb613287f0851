package io.datastream.monitor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.datastream.monitor.Views.ConnectionView;
import io.datastream.monitor.Views.Finding;
import io.datastream.monitor.Views.OriginView;
import io.datastream.monitor.Views.Seen;
import io.datastream.monitor.Views.StageView;
import io.datastream.monitor.Views.StepView;
import io.datastream.monitor.Views.Totals;
import io.datastream.monitor.Views.Whole;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of server-sent events that tells a view, without the definition. It is written each second, so by hand: the same
 * JSON as {@link Answer#json} writes, at less cost.
 */
final class Frame {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] START = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII); // JSON has no line breaks
    private static final int USUAL_SIZE = 4_000;

    private final JsonGenerator json;

    /** Writes an object of a list. */
    private interface Writer<T> {
        void write(T value) throws IOException;
    }

    private Frame(JsonGenerator json) {
        this.json = json;
    }

    static byte[] of(Whole view) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_SIZE);
        out.writeBytes(START);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            new Frame(json).write(view);
        } catch (IOException e) {
            throw new UncheckedIOException("written to memory", e);
        }
        out.writeBytes(END);
        return out.toByteArray();
    }

    private void write(Whole view) throws IOException {
        json.writeStartObject();
        text("name", view.name());
        text("state", view.state());
        json.writeBooleanField("ended", view.ended());
        json.writeNumberField("restarts", view.restarts());
        text("lastError", view.lastError());
        text("time", view.time());
        json.writeObjectFieldStart("totals");
        write(view.totals());
        json.writeEndObject();
        list("origins", view.origins(), this::write);
        list("stages", view.stages(), this::write);
        list("steps", view.steps(), this::write);
        json.writeArrayFieldStart("waitingFor");
        for (String reason : view.waitingFor()) {
            json.writeString(reason);
        }
        json.writeEndArray();
        list("findings", view.findings(), this::write);
        list("errors", view.errors(), this::write);
        list("connections", view.connections(), this::write);
        json.writeObjectFieldStart("resources");
        write(view.resources());
        json.writeEndObject();
        json.writeEndObject();
    }

    private void write(Totals totals) throws IOException {
        json.writeNumberField("inRate", totals.inRate());
        json.writeNumberField("outRate", totals.outRate());
        json.writeNumberField("errorRate", totals.errorRate());
        json.writeNumberField("in", totals.in());
        json.writeNumberField("out", totals.out());
        json.writeNumberField("late", totals.late());
        json.writeNumberField("skipped", totals.skipped());
        json.writeNumberField("deadLetters", totals.deadLetters());
        number("lag", totals.lag());
        number("delaySeconds", totals.delaySeconds());
    }

    private void write(OriginView origin) throws IOException {
        text("name", origin.name());
        json.writeNumberField("stage", origin.stage());
        number("position", origin.position());
        number("end", origin.end());
        number("lag", origin.lag());
        text("watermark", origin.watermark());
        number("delaySeconds", origin.delaySeconds());
        text("evidence", origin.evidence());
        json.writeBooleanField("quiet", origin.quiet());
        json.writeBooleanField("problem", origin.problem());
    }

    private void write(StageView stage) throws IOException {
        json.writeNumberField("id", stage.id());
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
        json.writeBooleanField("held", stage.held());
    }

    private void write(StepView step) throws IOException {
        text("name", step.name());
        json.writeNumberField("late", step.late());
        json.writeNumberField("skipped", step.skipped());
        json.writeNumberField("deadLetters", step.deadLetters());
        text("lastFailure", step.lastFailure());
        text("lastSample", step.lastSample());
    }

    private void write(Finding finding) throws IOException {
        text("level", finding.level().name());
        text("text", finding.text());
    }

    private void write(Seen seen) throws IOException {
        text("time", seen.time());
        text("step", seen.step());
        text("text", seen.text());
        text("sample", seen.sample());
    }

    private void write(ConnectionView connection) throws IOException {
        text("client", connection.client());
        number("open", connection.open());
    }

    private void write(Resources resources) throws IOException {
        json.writeNumberField("heapUsed", resources.heapUsed());
        json.writeNumberField("heapMax", resources.heapMax());
        json.writeNumberField("gcCount", resources.gcCount());
        json.writeNumberField("gcMillis", resources.gcMillis());
        number("cpu", resources.cpu());
        json.writeNumberField("processors", resources.processors());
        json.writeNumberField("threads", resources.threads());
        json.writeNumberField("uptimeMillis", resources.uptimeMillis());
        text("java", resources.java());
    }

    private <T> void list(String name, List<T> values, Writer<T> writer) throws IOException {
        json.writeArrayFieldStart(name);
        for (T value : values) {
            json.writeStartObject();
            writer.write(value);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void text(String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private void number(String name, @Nullable Long value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value);
        }
    }

    private void number(String name, @Nullable Double value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value);
        }
    }
}
