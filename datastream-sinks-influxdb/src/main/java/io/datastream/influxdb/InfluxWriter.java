package io.datastream.influxdb;

import io.datastream.error.OneLine;
import io.datastream.httpclient.HttpAnswer;
import io.datastream.httpclient.HttpSender;
import io.datastream.sink.Receipt;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.LongSupplier;

/**
 * Writes the lines of one task. A full batch is sent before the next result is taken, so that a call that failed for a lost
 * connection can be repeated: nothing of its result has been kept.
 */
final class InfluxWriter<T> implements SinkWriter<T> {
    private static final String CONTENT_TYPE = "text/plain; charset=utf-8";
    private static final int LONGEST_BATCH = 1 << 22;
    private static final int LONGEST_SHOWN = 100;

    private final Points<T> points;
    private final String place;
    private final HttpSender sender;
    private final int batchLines;
    private final long batchNanos;
    private final SinkContext context;
    private final LongSupplier nanoTime;

    private List<Line> batch = new ArrayList<>();
    private long batchBytes;
    private long oldestNanos;
    private boolean closed;

    /** A line that waits, and stands for the result it was made of. */
    @SuppressWarnings("ArrayRecordComponent") // sent as it is
    private record Line(byte[] bytes, Receipt receipt) {
        String shown() {
            return OneLine.of(new String(bytes, StandardCharsets.UTF_8), LONGEST_SHOWN);
        }
    }

    private record Refused(Line line, String reason) {}

    InfluxWriter(
            Points<T> points,
            String place,
            HttpSender sender,
            Definition<T> definition,
            SinkContext context,
            LongSupplier nanoTime) {
        this.points = points;
        this.place = place;
        this.sender = sender;
        this.batchLines = definition.batchLines();
        this.batchNanos = definition.batchNanos();
        this.context = context;
        this.nanoTime = nanoTime;
    }

    @Override
    public void write(long time, T value) {
        checkOpen();
        if (!batch.isEmpty()
                && (batch.size() >= batchLines
                        || batchBytes >= LONGEST_BATCH
                        || nanoTime.getAsLong() - oldestNanos >= batchNanos)) {
            send();
        }
        byte[] line = points.line(time, value);
        if (batch.isEmpty()) {
            oldestNanos = nanoTime.getAsLong();
        }
        batch.add(new Line(line, context.receipt()));
        batchBytes += line.length + 1;
    }

    @Override
    public void flush() {
        checkOpen();
        if (!batch.isEmpty()) {
            send();
        }
    }

    /**
     * Sends the batch. Where lines are to blame, it is cut at those that the server names, or else halved, until each line
     * that is refused is so alone. Parts stay in their order, as of points with the same series and time the last one counts;
     * what was written before is written again with the same content.
     */
    private void send() {
        Deque<List<Line>> parts = new ArrayDeque<>();
        parts.push(batch);
        List<Refused> refused = new ArrayList<>();
        while (!parts.isEmpty()) {
            List<Line> part = parts.pop();
            HttpAnswer answer;
            try {
                answer = post(part);
            } catch (SinkException e) {
                keep(refused, part, parts);
                throw e;
            }
            if (!Answers.isWritten(answer)) {
                if (part.size() == 1) {
                    refused.add(new Refused(part.get(0), answer.text()));
                } else {
                    cut(part, Answers.namedLines(answer), parts);
                }
            }
        }
        replaceBatch(new ArrayList<>());
        for (Refused each : refused) {
            String message = place + ", line " + each.line().shown() + ": " + each.reason();
            each.line().receipt().refuse(new IllegalArgumentException(message));
        }
    }

    /** Sends lines, which are written then, or some of them are to blame. */
    private HttpAnswer post(List<Line> lines) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Line line : lines) {
            body.writeBytes(line.bytes());
            body.write('\n');
        }
        HttpAnswer answer = sender.post(CONTENT_TYPE, Map.of(), body.toByteArray());
        if (!Answers.isWritten(answer) && !Answers.isAboutLines(answer)) {
            throw sender.fatal(Answers.problem(answer));
        }
        return answer;
    }

    /** Puts the pieces of a part before the parts that wait. */
    private static void cut(List<Line> part, SortedSet<Integer> named, Deque<List<Line>> parts) {
        List<List<Line>> pieces = new ArrayList<>();
        int from = 0;
        for (int number : named) {
            if (number > from && number <= part.size()) {
                addPiece(part, from, number - 1, pieces);
                addPiece(part, number - 1, number, pieces);
                from = number;
            }
        }
        if (pieces.isEmpty()) {
            from = part.size() / 2;
            addPiece(part, 0, from, pieces);
        }
        addPiece(part, from, part.size(), pieces);
        for (int i = pieces.size() - 1; i >= 0; i--) {
            parts.push(pieces.get(i));
        }
    }

    private static void addPiece(List<Line> part, int from, int to, List<List<Line>> pieces) {
        if (from < to) {
            pieces.add(part.subList(from, to));
        }
    }

    /** Keeps what is not known to be written; what is refused will be so again. */
    private void keep(List<Refused> refused, List<Line> current, Deque<List<Line>> waiting) {
        List<Line> left = new ArrayList<>();
        refused.forEach(each -> left.add(each.line()));
        left.addAll(current);
        waiting.forEach(left::addAll);
        replaceBatch(left);
    }

    private void replaceBatch(List<Line> lines) {
        batch = lines;
        batchBytes = 0;
        lines.forEach(line -> batchBytes += line.bytes().length + 1);
    }

    @Override
    public void close() {
        closed = true;
        batch = new ArrayList<>();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(place + ": the writer is closed (expected: no more calls)");
        }
    }
}
