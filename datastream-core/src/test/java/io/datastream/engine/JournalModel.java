package io.datastream.engine;

import io.datastream.aggregate.Aggregation;
import io.datastream.engine.WindowJournal.Close;
import io.datastream.engine.WindowJournal.Finding;
import io.datastream.engine.WindowJournal.Part;
import io.datastream.processor.StateCodec;
import io.datastream.time.EventTime;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Window;
import io.datastream.time.Windows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a journal must say, found by looking at all records for each window; slow and obvious. */
final class JournalModel {
    private final long size;
    private final long step;
    private final long slice;
    private final boolean givesEmpty;
    private final List<Row> rows = new ArrayList<>();
    private final long[] watermarks = {EventTime.MIN, EventTime.MIN, EventTime.MIN};
    private final List<Move> moves = new ArrayList<>();

    record Reading(String key, long time, double value, boolean isFilled) {}

    record Question(String key, Window window) {}

    private enum Fate {
        USED,
        LATE,
        FAILED
    }

    private record Row(int origin, long offset, Reading reading, Fate fate, long limit) {}

    /** A move of the least watermark, and which origins were there. */
    private record Move(long watermark, Set<Integer> slowest) {}

    /** A sum that refuses what is not a number. */
    static final class Checked implements Aggregation<Reading, double[], Double> {
        private static final long serialVersionUID = 1L;

        @Override
        public double[] create() {
            return new double[1];
        }

        @Override
        public void add(double[] sum, long time, Reading reading) {
            if (Double.isNaN(reading.value())) {
                throw new IllegalArgumentException("not a number");
            }
            sum[0] += reading.value();
        }

        @Override
        public void merge(double[] into, double[] later) {
            into[0] += later[0];
        }

        @Override
        public Double finish(double[] sum) {
            return sum[0];
        }

        @Override
        public StateCodec<double[]> codec() {
            return StateCodec.of((sum, out) -> out.writeDouble(sum[0]), in -> new double[] {in.readDouble()});
        }
    }

    JournalModel(Windows windows) {
        if (windows instanceof Tumbling tumbling) {
            size = tumbling.size().toNanos();
            step = size;
            slice = size;
            givesEmpty = tumbling.emitEmpty();
        } else {
            Sliding sliding = (Sliding) windows;
            size = sliding.size().toNanos();
            step = sliding.step().toNanos();
            slice = sliding.sliceNanos();
            givesEmpty = false;
        }
    }

    void row(int origin, long offset, long ownWatermark, Reading reading) {
        long limit = Math.max(ownWatermark, least());
        long end = Math.floorDiv(reading.time(), slice) * slice + slice;
        Fate fate = reading.time() < limit && end <= limit
                ? Fate.LATE
                : Double.isNaN(reading.value()) ? Fate.FAILED : Fate.USED;
        rows.add(new Row(origin, offset, reading, fate, limit));
    }

    void watermark(int origin, long watermark) {
        watermarks[origin] = Math.max(watermarks[origin], watermark);
    }

    private long least() {
        return moves.isEmpty() ? EventTime.MIN : moves.get(moves.size() - 1).watermark();
    }

    void advance() {
        long target = Arrays.stream(watermarks).min().orElseThrow();
        if (target > least()) {
            Set<Integer> slowest = new TreeSet<>();
            for (int origin = 0; origin < watermarks.length; origin++) {
                if (watermarks[origin] == target) {
                    slowest.add(origin);
                }
            }
            moves.add(new Move(target, slowest));
        }
    }

    Set<String> keys() {
        return new TreeSet<>(rows.stream().map(row -> row.reading().key()).toList());
    }

    List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        for (String key : keys()) {
            windows().forEach(window -> questions.add(new Question(key, window)));
        }
        return questions;
    }

    private List<Window> windows() {
        List<Window> windows = new ArrayList<>();
        long latest = rows.stream().mapToLong(row -> row.reading().time()).max().orElse(0);
        for (long start = Math.floorDiv(-size, step) * step; start <= latest + step; start += step) {
            windows.add(new Window(start, start + size));
        }
        return windows;
    }

    /** Closed windows with a result, the latest first. */
    List<Window> closed(String key) {
        List<Window> closed = new ArrayList<>();
        for (Window window : windows()) {
            boolean isOver = window.endNanos() <= least();
            if (isOver && (!used(new Question(key, window)).isEmpty() || emptyBy(key, window) != null)) {
                closed.add(0, window);
            }
        }
        return closed;
    }

    private List<Row> of(Question question, Predicate<Row> which) {
        return rows.stream()
                .filter(row -> row.reading().key().equals(question.key())
                        && question.window().contains(row.reading().time())
                        && which.test(row))
                .toList();
    }

    private List<Row> used(Question question) {
        return of(question, row -> row.fate() == Fate.USED);
    }

    /** The window with records that brings an empty one out; null if it is none that is given out yet. */
    private @Nullable Window emptyBy(String key, Window window) {
        if (!givesEmpty || !used(new Question(key, window)).isEmpty()) {
            return null;
        }
        boolean isAfterOne = windows().stream()
                .anyMatch(other -> other.endNanos() < window.endNanos()
                        && !used(new Question(key, other)).isEmpty());
        return windows().stream()
                .filter(other -> isAfterOne
                        && other.endNanos() > window.endNanos()
                        && other.endNanos() <= least()
                        && !used(new Question(key, other)).isEmpty())
                .findFirst()
                .orElse(null);
    }

    String answer(Question question) {
        Window window = question.window();
        List<Row> used = used(question);
        Window by = emptyBy(question.key(), window);
        String outcome =
                by != null ? "EMPTY" : window.endNanos() > least() ? "OPEN" : used.isEmpty() ? "NOTHING" : "CLOSED";
        return outcome
                + " used " + (outcome.equals("OPEN") ? "{}" : parts(used))
                + " late " + parts(of(question, row -> row.fate() == Fate.LATE))
                + " failed " + parts(of(question, row -> row.fate() == Fate.FAILED))
                + (outcome.equals("CLOSED") ? " closed at " + moveTo(window.endNanos()) : "")
                + (by != null ? " closed at " + moveTo(by.endNanos()) : "");
    }

    private static String parts(List<Row> rows) {
        Map<Integer, List<Row>> byOrigin = new TreeMap<>();
        rows.forEach(row ->
                byOrigin.computeIfAbsent(row.origin(), any -> new ArrayList<>()).add(row));
        Map<Integer, String> texts = new TreeMap<>();
        byOrigin.forEach((origin, list) -> texts.put(
                origin,
                list.get(0).offset() + ".." + list.get(list.size() - 1).offset() + " " + list.size() + " "
                        + (list.get(0).fate() == Fate.LATE
                                ? list.get(0).limit()
                                : list.get(0).fate() == Fate.FAILED
                                        ? 0
                                        : list.stream()
                                                .filter(row -> row.reading().isFilled())
                                                .count())));
        return texts.toString();
    }

    /** The first move that went as far as this. */
    private long moveTo(long end) {
        return moves.stream()
                .filter(move -> move.watermark() >= end)
                .findFirst()
                .orElseThrow()
                .watermark();
    }

    /** Whether an origin was the slowest when the watermark came to this. */
    boolean isSlowest(long watermark, int origin) {
        return moves.stream()
                .anyMatch(
                        move -> move.watermark() == watermark && move.slowest().contains(origin));
    }

    /** A finding in the same words; origins that closed it are checked apart, as there may be several. */
    String text(Finding finding) {
        Close close = finding.close();
        boolean isClosed =
                finding.outcome() == WindowJournal.Outcome.CLOSED || finding.outcome() == WindowJournal.Outcome.EMPTY;
        String slowest = isClosed && (close == null || !isSlowest(close.watermark(), close.origin()))
                ? " but not by " + close
                : "";
        return finding.outcome() + " used " + told(finding.used()) + " late " + told(finding.late()) + " failed "
                + told(finding.failed()) + (isClosed && close != null ? " closed at " + close.watermark() : "")
                + slowest + (finding.isPartly() || finding.isRestored() || finding.mayMiss() ? " partly" : "");
    }

    private static String told(List<Part> parts) {
        Map<Integer, String> texts = new TreeMap<>();
        parts.forEach(part -> texts.put(
                part.origin(), part.lowest() + ".." + part.highest() + " " + part.count() + " " + part.extra()));
        return texts.toString();
    }
}
