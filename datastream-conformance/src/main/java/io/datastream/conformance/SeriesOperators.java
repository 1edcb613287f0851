package io.datastream.conformance;

import io.datastream.processors.normalize.MinMaxNormalization;
import io.datastream.processors.normalize.Normalized;
import io.datastream.processors.normalize.RobustNormalization;
import io.datastream.processors.normalize.ZScoreNormalization;
import io.datastream.processors.outlier.HampelOutliers;
import io.datastream.processors.outlier.Outlier;
import io.datastream.processors.outlier.ZScoreOutliers;
import io.datastream.processors.quality.Deduplicate;
import io.datastream.processors.resample.GridPoint;
import io.datastream.processors.resample.Resample;
import io.datastream.processors.smooth.Ewma;
import io.datastream.processors.smooth.EwmaResult;
import io.datastream.processors.smooth.Smoothed;
import io.datastream.processors.smooth.TimeEwma;
import io.datastream.processors.stats.RunningStatistics;
import io.datastream.processors.stats.SeriesStatistics;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs the cases of operators on single series: resampling, outliers, normalization, smoothing, statistics. */
final class SeriesOperators {
    /** Data sets without a certified deviation in the copy that the cases were made from. */
    private static final Set<String> WITHOUT_CERTIFIED_DEVIATION = Set.of("Lew", "Lottery");

    private SeriesOperators() {}

    static Map<String, List<Map<String, Object>>> grid(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("ts", "value"));
        Resample<Reading> resample = Resample.every(Duration.ofMillis(test.number("step_ms")), Reading::value);
        String method = test.text("method");
        resample = switch (method) {
            case "linear" -> resample.linear();
            case "previous" -> resample.previous();
            default -> throw new NotSupportedException("method " + method);
        };
        if (test.optional("offset_ms").isPresent()) {
            resample = resample.withOffset(Duration.ofMillis(test.number("offset_ms")));
        }
        if (test.optional("max_gap_ms").isPresent()) {
            resample = resample.withMaxGap(Duration.ofMillis(test.number("max_gap_ms")))
                    .withEmpty();
        }
        Rows rows = new Rows();
        for (Runs.Timed<GridPoint> result : Runs.ofSeries(test, resample)) {
            Map<String, Object> row = rows.add();
            row.put("ts", EventTime.toMillis(result.value().timeNanos()));
            row.put("value", result.value().value());
        }
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> deduplicate(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("ts", "value"));
        String keep = test.text("keep");
        Deduplicate<Reading> deduplicate = switch (keep) {
            case "first" -> Deduplicate.keepFirst();
            case "last" -> Deduplicate.keepLast();
            case "max" -> Deduplicate.keepGreatest(Reading::value);
            case "min" -> Deduplicate.keepLeast(Reading::value);
            case "mean" -> Deduplicate.mean(Reading::value, Reading::withValue);
            case "sum" -> Deduplicate.sum(Reading::value, Reading::withValue);
            default -> throw new NotSupportedException("keep " + keep);
        };
        Rows rows = new Rows();
        for (Runs.Timed<Reading> result : Runs.ofSeries(test, deduplicate)) {
            Map<String, Object> row = rows.add();
            row.put("ts", result.millis());
            row.put("value", result.value().value());
        }
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> hampel(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("i", "ts", "value", "outlier", "median", "sigma"));
        int half = (int) test.number("half_window");
        String mode = test.text("mode");
        HampelOutliers<Reading> hampel = switch (mode) {
            case "centered" -> HampelOutliers.centered(half, Reading::value);
            case "trailing" -> HampelOutliers.trailing(half, Reading::value);
            default -> throw new NotSupportedException("mode " + mode);
        };
        hampel = hampel.withThreshold(test.decimal("n_sigma"));
        if (test.optional("scale").isPresent()) {
            hampel = hampel.withScale(test.decimal("scale"));
        }
        Rows rows = new Rows();
        for (Runs.Timed<Outlier<Reading>> result : Runs.ofSeries(test, hampel)) {
            Outlier<Reading> outlier = result.value();
            Map<String, Object> row = rows.addNumbered(result.millis());
            double x = outlier.value().value();
            if (!Double.isNaN(x)) {
                row.put("value", outlier.isOutlier() ? outlier.expected() : x);
                row.put("outlier", outlier.isOutlier() ? 1L : 0L);
                row.put("median", outlier.expected());
                row.put("sigma", outlier.scale());
            }
        }
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> zScore(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("i", "ts", "score", "outlier"));
        ZScoreOutliers<Reading> detector =
                ZScoreOutliers.ofWholeInput(Reading::value).withThreshold(test.decimal("threshold"));
        int ddof = test.optional("ddof").isPresent() ? (int) test.number("ddof") : 1;
        detector = switch (ddof) {
            case 0 -> detector.population();
            case 1 -> detector;
            default -> throw new NotSupportedException("ddof " + ddof);
        };
        Rows rows = new Rows();
        for (Runs.Timed<Outlier<Reading>> result : Runs.ofSeries(test, detector)) {
            Map<String, Object> row = rows.addNumbered(result.millis());
            if (!Double.isNaN(result.value().value().value())) {
                row.put("score", result.value().score());
                row.put("outlier", result.value().isOutlier() ? 1L : 0L);
            }
        }
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> normalizeRunning(Case test) throws IOException {
        Rows.checkColumns(
                test,
                Set.of(
                        "i",
                        "ts",
                        "expanding_pop",
                        "expanding_samp",
                        "prior_samp",
                        "run_mean",
                        "run_var_samp",
                        "expanding_min_max"));
        ZScoreNormalization<Reading> zScore = ZScoreNormalization.running(Reading::value);
        List<Runs.Timed<SeriesStatistics>> statistics = Runs.ofSeries(test, RunningStatistics.of(Reading::value));
        Rows rows = new Rows();
        rows.column("expanding_samp", Runs.ofSeries(test, zScore), Normalized::normalized);
        rows.column("expanding_pop", Runs.ofSeries(test, zScore.population()), Normalized::normalized);
        rows.column("prior_samp", Runs.ofSeries(test, zScore.priorOnly()), Normalized::normalized);
        rows.column(
                "expanding_min_max",
                Runs.ofSeries(test, MinMaxNormalization.running(Reading::value)),
                Normalized::normalized);
        rows.column("run_mean", statistics, SeriesStatistics::mean);
        rows.column("run_var_samp", statistics, SeriesStatistics::variance);
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> normalizeRolling(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("i", "ts", "z_samp", "z_prior_samp", "min_max", "robust"));
        int n = (int) test.number("n");
        ZScoreNormalization<Reading> zScore = ZScoreNormalization.rolling(n, Reading::value);
        Rows rows = new Rows();
        rows.column("z_samp", Runs.ofSeries(test, zScore), Normalized::normalized);
        rows.column("z_prior_samp", Runs.ofSeries(test, zScore.priorOnly()), Normalized::normalized);
        rows.column(
                "min_max", Runs.ofSeries(test, MinMaxNormalization.rolling(n, Reading::value)), Normalized::normalized);
        rows.column(
                "robust", Runs.ofSeries(test, RobustNormalization.rolling(n, Reading::value)), Normalized::normalized);
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> ewma(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("i", "ts", "mean", "var", "var_biased", "std"));
        Ewma<Reading> ewma;
        if (test.optional("alpha").isPresent()) {
            ewma = Ewma.alpha(test.decimal("alpha"), Reading::value);
        } else if (test.optional("span").isPresent()) {
            ewma = Ewma.span(test.decimal("span"), Reading::value);
        } else if (test.optional("com").isPresent()) {
            ewma = Ewma.centerOfMass(test.decimal("com"), Reading::value);
        } else {
            ewma = Ewma.halfLife(test.decimal("halflife"), Reading::value);
        }
        ewma = test.flag("adjust") ? ewma : ewma.recursive();
        ewma = test.flag("ignore_missing") ? ewma.ignoringMissing() : ewma;
        List<Runs.Timed<EwmaResult<Reading>>> results = Runs.ofSeries(test, ewma);
        Rows rows = new Rows();
        rows.column("mean", results, EwmaResult::mean);
        rows.column("var", results, EwmaResult::variance);
        rows.column("var_biased", results, EwmaResult::populationVariance);
        rows.column("std", results, EwmaResult::standardDeviation);
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> timeEwma(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("i", "ts", "mean"));
        TimeEwma<Reading> ewma = TimeEwma.halfLife(Duration.ofMillis(test.number("halflife_ms")), Reading::value);
        Rows rows = new Rows();
        rows.column("mean", Runs.ofSeries(test, test.flag("adjust") ? ewma : ewma.recursive()), Smoothed::mean);
        return rows.asOutput();
    }

    /** Sums, means and variances so far. */
    static Map<String, List<Map<String, Object>>> running(Case test) throws IOException {
        Rows.checkColumns(test, Set.of("i", "ts", "cumsum", "count", "mean", "var_samp"));
        List<Runs.Timed<SeriesStatistics>> results = Runs.ofSeries(test, RunningStatistics.of(Reading::value));
        Rows rows = new Rows();
        rows.column("cumsum", results, SeriesStatistics::sum);
        rows.column("count", results, SeriesStatistics::count);
        rows.column("mean", results, SeriesStatistics::mean);
        rows.column("var_samp", results, SeriesStatistics::variance);
        return rows.asOutput();
    }

    static Map<String, List<Map<String, Object>>> nistStrd(Case test) throws IOException {
        Rows.checkColumns(
                test, Set.of("key", "n", "sum", "mean", "std_samp", "var_samp", "autocorr1", "std_certified"));
        Rows rows = new Rows();
        for (Runs.Timed<Runs.Keyed<SeriesStatistics>> result : Runs.run(
                test,
                Reading.of(test),
                stream -> stream.keyBy(Reading::key)
                        .process(RunningStatistics.of(Reading::value).onlyAtEnd())
                        .process(new Runs.WithKey<SeriesStatistics>()))) {
            SeriesStatistics statistics = result.value().value();
            Object key = result.value().key();
            Map<String, Object> row = rows.add();
            row.put("key", key);
            row.put("n", statistics.count());
            row.put("sum", statistics.sum());
            row.put("mean", statistics.mean());
            row.put("std_samp", statistics.standardDeviation());
            row.put("var_samp", statistics.variance());
            row.put("autocorr1", statistics.autocorrelation());
            if (!WITHOUT_CERTIFIED_DEVIATION.contains(key)) {
                row.put("std_certified", statistics.standardDeviation());
            }
        }
        return rows.asOutput();
    }
}
