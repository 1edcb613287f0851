package io.datastream.conformance;

import io.datastream.KeyedStream;
import io.datastream.SingleSeries;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregation;
import io.datastream.aggregate.Aggregations;
import io.datastream.aggregate.Trend;
import io.datastream.error.Late;
import io.datastream.processor.SideOutput;
import io.datastream.time.Calendar;
import io.datastream.time.EventTime;
import io.datastream.time.Rolling;
import io.datastream.time.Session;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import io.datastream.time.Windows;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Runs the cases of {@code window.*}. */
final class WindowOperators {
    private static final double NANOS_AN_HOUR = 3.6e12;
    private static final SideOutput<Late<Reading>> LATE = SideOutput.named("late");

    private WindowOperators() {}

    static Map<String, List<Map<String, Object>>> tumbling(Case test) throws IOException {
        return windows(test, tumblingWindows(test), Set.of("start", "end", "key"), WindowOperators::putSpan);
    }

    private static Tumbling tumblingWindows(Case test) {
        Tumbling windows = Tumbling.of(millis(test, "size_ms")).withOffset(offset(test));
        return test.flag("emit_empty") ? windows.withEmpty() : windows;
    }

    static Map<String, List<Map<String, Object>>> hopping(Case test) throws IOException {
        Sliding windows = Sliding.of(millis(test, "size_ms"))
                .every(millis(test, "slide_ms"))
                .withOffset(offset(test));
        return windows(
                test,
                test.flag("emit_empty") ? windows.withEmpty() : windows,
                Set.of("start", "end", "key"),
                WindowOperators::putSpan);
    }

    static Map<String, List<Map<String, Object>>> session(Case test) throws IOException {
        Duration gap = millis(test, "gap_ms");
        Session windows = Session.withGap(gap).withBoundary(boundary(test.text("boundary")));
        return windows(test, windows, Set.of("start", "end", "key", "last_ts"), (window, row) -> {
            putSpan(window, row);
            row.put("last_ts", EventTime.toMillis(window.endNanos() - gap.toNanos()));
        });
    }

    private static Session.Boundary boundary(String name) {
        return switch (name) {
            case "inclusive" -> Session.Boundary.INCLUSIVE;
            case "exclusive" -> Session.Boundary.EXCLUSIVE;
            default -> throw new NotSupportedException("boundary " + name);
        };
    }

    static Map<String, List<Map<String, Object>>> calendar(Case test) throws IOException {
        ZoneId zone = ZoneId.of(test.text("zone"));
        String unit = test.text("unit");
        Calendar windows = switch (unit) {
            case "hour" -> Calendar.hours(zone);
            case "day" -> Calendar.days(zone);
            case "week" -> Calendar.weeks(zone);
            case "month" -> Calendar.months(zone);
            case "quarter", "year" -> Calendar.of(Calendar.Unit.valueOf(unit.toUpperCase(Locale.ROOT)), zone);
            default -> throw new NotSupportedException("unit " + unit);
        };
        boolean hours = unit.equals("hour");
        return windows(test, windows, Set.of("start", "end", "key", "label", "hours"), (window, row) -> {
            putSpan(window, row);
            row.put("hours", (window.endNanos() - window.startNanos()) / NANOS_AN_HOUR);
            LocalDateTime local = LocalDateTime.ofInstant(window.start(), zone);
            row.put("label", hours ? local.toString() : local.toLocalDate().toString());
        });
    }

    private static void putSpan(Window window, Map<String, Object> row) {
        row.put("start", EventTime.toMillis(window.startNanos()));
        row.put("end", EventTime.toMillis(window.endNanos()));
    }

    private static Map<String, List<Map<String, Object>>> windows(
            Case test, Windows windows, Set<String> ofWindow, BiConsumer<Window, Map<String, Object>> span)
            throws IOException {
        Aggregation<Reading, ?, Map<String, Object>> aggregation = WindowAggregates.of(test, ofWindow);
        List<Reading> readings = Reading.of(test);
        Rows rows = new Rows();
        if (test.flag("keyed")) {
            for (Runs.Timed<Windowed<String, Map<String, Object>>> result : Runs.run(
                    test,
                    readings,
                    stream -> stream.keyBy(Reading::key).window(windows).aggregate(aggregation))) {
                Map<String, Object> row = rows.add();
                row.put("key", result.value().key());
                span.accept(result.value().window(), row);
                row.putAll(result.value().value());
            }
        } else {
            for (Runs.Timed<Windowed<SingleSeries, Map<String, Object>>> result :
                    Runs.run(test, readings, stream -> ofSeries(stream, windows, aggregation))) {
                Map<String, Object> row = rows.add();
                span.accept(result.value().window(), row);
                row.putAll(result.value().value());
            }
        }
        return rows.asOutput();
    }

    private static <R> KeyedStream<SingleSeries, Windowed<SingleSeries, R>> ofSeries(
            Stream<Reading> stream, Windows windows, Aggregation<Reading, ?, R> aggregation) {
        return stream.asSingleSeries().window(windows).aggregate(aggregation);
    }

    static Map<String, List<Map<String, Object>>> outOfOrder(Case test) throws IOException {
        String kind = test.text("kind");
        return switch (kind) {
            case "window.tumbling" -> tumbling(test);
            case "window.hopping" -> hopping(test);
            case "window.session" -> session(test);
            case "window.rolling_time" -> rollingTime(test);
            default -> throw new NotSupportedException("kind " + kind);
        };
    }

    static Map<String, List<Map<String, Object>>> late(Case test) throws IOException {
        if (test.number("allowed_lateness_ms") != 0) {
            throw new NotSupportedException("results that are updated by late records");
        }
        Aggregation<Reading, ?, Map<String, Object>> aggregation = WindowAggregates.of(test, Set.of("start", "end"));
        Tumbling windows = tumblingWindows(test);
        List<Runs.Timed<Late<Reading>>> late = new ArrayList<>();
        List<Runs.Timed<Windowed<SingleSeries, Map<String, Object>>>> results = Runs.runWithLate(
                test,
                Reading.of(test),
                LATE,
                stream -> stream.asSingleSeries().window(windows).withLate(LATE).aggregate(aggregation),
                late);
        Rows out = new Rows();
        Rows firings = new Rows();
        for (Runs.Timed<Windowed<SingleSeries, Map<String, Object>>> result : results) {
            for (Rows rows : List.of(out, firings)) {
                Map<String, Object> row = rows.add();
                row.put("n", (long) rows.list().size() - 1);
                row.put("update", 0L);
                putSpan(result.value().window(), row);
                row.putAll(result.value().value());
            }
        }
        Rows dropped = new Rows();
        for (Runs.Timed<Late<Reading>> result : late) {
            Reading reading = result.value().value();
            Map<String, Object> row = dropped.add();
            row.put("seq", (long) reading.number());
            row.put("ts", reading.millis());
            row.put("value", reading.value());
            long size = test.number("size_ms");
            row.put("start", reading.millis() - Math.floorMod(reading.millis(), size));
        }
        return Map.of("out", out.list(), "firings", firings.list(), "late", dropped.list());
    }

    static Map<String, List<Map<String, Object>>> ohlc(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("start", "end", "open", "high", "low", "close", "count", "volume", "vwap"));
        if (!test.text("price").equals("value")) {
            throw new NotSupportedException("price column " + test.text("price"));
        }
        Aggregation<Reading, ?, Map<String, Object>> candle = Aggregations.combine(
                Aggregations.first(Reading::value),
                Aggregations.max(Reading::value),
                Aggregations.min(Reading::value),
                Aggregations.last(Reading::value),
                Aggregations.count(Reading::value),
                Aggregations.sum(Reading::second),
                Aggregations.weightedMean(Reading::value, Reading::second),
                (open, high, low, close, count, volume, vwap) -> Map.of(
                        "open", open, "high", high, "low", low, "close", close, "count", count, "volume", volume,
                        "vwap", vwap));
        Rows rows = new Rows();
        for (Runs.Timed<Windowed<SingleSeries, Map<String, Object>>> result : Runs.run(
                test,
                Reading.of(test, test.text("volume")),
                stream -> ofSeries(stream, tumblingWindows(test), candle))) {
            Map<String, Object> row = rows.add();
            putSpan(result.value().window(), row);
            row.putAll(result.value().value());
        }
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> rollingTime(Case test) throws IOException {
        String closed = test.text("closed");
        Rolling windows = Rolling.time(millis(test, "window_ms"))
                .closed(
                        switch (closed) {
                            case "right" -> Rolling.Closed.RIGHT;
                            case "left" -> Rolling.Closed.LEFT;
                            case "both" -> Rolling.Closed.BOTH;
                            case "neither" -> Rolling.Closed.NEITHER;
                            default -> throw new NotSupportedException("closed " + closed);
                        });
        return rolling(test, windows, test.number("min_count"));
    }

    static Map<String, List<Map<String, Object>>> rollingCount(Case test) throws IOException {
        long minimum = test.optional("min_count").isPresent() ? test.number("min_count") : test.number("n");
        return rolling(test, Rolling.count((int) test.number("n")), minimum);
    }

    private static Map<String, List<Map<String, Object>>> rolling(Case test, Windows windows, long minimum)
            throws IOException {
        Aggregation<Reading, ?, Map<String, Object>> aggregation = Aggregations.andThen(
                WindowAggregates.of(test, Set.of("i", "ts")), WindowAggregates.withMinimum(minimum));
        Rows rows = new Rows();
        for (Runs.Timed<Windowed<SingleSeries, Map<String, Object>>> result :
                Runs.run(test, Reading.of(test), stream -> ofSeries(stream, windows, aggregation))) {
            rows.addNumbered(result.millis()).putAll(result.value().value());
        }
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> rollingPair(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("i", "ts", "cov_samp", "corr", "slope_per_s", "level_now"));
        if (!test.text("x").equals("value")) {
            throw new NotSupportedException("x column " + test.text("x"));
        }
        int n = (int) test.number("n");
        Aggregation<Reading, ?, Map<String, Object>> pair = Aggregations.combine(
                Aggregations.count(),
                Aggregations.covarianceSample(Reading::value, Reading::second),
                Aggregations.correlation(Reading::value, Reading::second),
                Aggregations.trend(Reading::value),
                (count, covariance, correlation, trend) ->
                        count < n ? Map.of() : pairCells(covariance, correlation, trend));
        Rows rows = new Rows();
        for (Runs.Timed<Windowed<SingleSeries, Map<String, Object>>> result :
                Runs.run(test, Reading.of(test, test.text("y")), stream -> ofSeries(stream, Rolling.count(n), pair))) {
            rows.addNumbered(result.millis()).putAll(result.value().value());
        }
        return rows.asOutput();
    }

    private static Map<String, Object> pairCells(double covariance, double correlation, Trend trend) {
        Map<String, Object> cells = new HashMap<>();
        cells.put("cov_samp", covariance);
        cells.put("corr", correlation);
        cells.put("slope_per_s", trend.slopePerSecond());
        cells.put("level_now", trend.level());
        return cells;
    }

    private static Duration millis(Case test, String name) {
        return Duration.ofMillis(test.number(name));
    }

    private static Duration offset(Case test) {
        return Duration.ofMillis(
                test.optional("offset_ms").map(node -> node.asLong()).orElse(0L));
    }
}
