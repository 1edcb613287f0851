package io.datastream.examples.marketinsights;

import io.datastream.codec.FileFormat;
import io.datastream.formats.csv.CsvFormat;
import io.datastream.sink.FileSink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** What the run has computed: written to files, checked, and told in a summary. */
record Results(
        List<Candle> candles, List<SlidingStatistics> statistics, List<GridPrice> grid, List<PriceOutlier> outliers) {
    static final String CANDLES_FILE = "candles.csv";
    static final String OUTLIERS_FILE = "outliers.csv";

    void write(Path folder) {
        write(folder.resolve(CANDLES_FILE), CsvFormat.of(Candle.class), candles);
        write(folder.resolve(OUTLIERS_FILE), CsvFormat.of(PriceOutlier.class), outliers);
    }

    private static <T> void write(Path file, FileFormat<T> format, List<T> rows) {
        try (SinkWriter<T> writer =
                FileSink.of(file, format).open(SinkContext.fresh("market-insights", file.toString(), 0, 1))) {
            rows.forEach(row -> writer.write(0, row));
            writer.flush();
            writer.complete();
        }
    }

    /** The checks that failed, in words. */
    List<String> check(List<Trade> trades, Duration size, ToLongFunction<String> stored) {
        List<String> problems = new ArrayList<>();
        equal(problems, "trades in candles", trades.size(), sum(Candle::trades));
        equal(problems, "candles", windows(trades, size, size), candles.size());
        equal(
                problems,
                "sliding statistics",
                windows(trades, InsightsPipeline.SLIDING_SIZE, InsightsPipeline.SLIDING_STEP),
                statistics.size());
        double volume = trades.stream().mapToDouble(Trade::volume).sum();
        double inCandles = candles.stream().mapToDouble(Candle::volume).sum();
        if (Math.abs(volume - inCandles) > 1e-9 * volume) {
            problems.add("volume in candles: " + inCandles + " (expected: " + volume + ")");
        }
        if (candles.stream().anyMatch(c -> c.low() > c.vwap() + 1e-9 || c.vwap() > c.high() + 1e-9)) {
            problems.add("a candle's VWAP lies outside its range");
        }
        equal(problems, "candles in the store", candles.size(), stored.applyAsLong(Store.CANDLES));
        equal(problems, "outliers in the store", outliers.size(), stored.applyAsLong(Store.OUTLIERS));
        return problems;
    }

    /** How many windows hold a trade. */
    private static long windows(List<Trade> trades, Duration size, Duration step) {
        long[] times = trades.stream().mapToLong(Trade::timeNanos).sorted().toArray();
        long count = 0;
        long next = Long.MIN_VALUE; // windows before this one are counted
        for (long time : times) {
            long first = Math.floorDiv(time - size.toNanos(), step.toNanos()) + 1;
            long last = Math.floorDiv(time, step.toNanos());
            count += Math.max(0, last - Math.max(first, next) + 1);
            next = last + 1;
        }
        return count;
    }

    private long sum(ToLongFunction<Candle> figure) {
        return candles.stream().mapToLong(figure).sum();
    }

    private static void equal(List<String> problems, String what, long expected, long found) {
        if (expected != found) {
            problems.add(what + ": " + found + " (expected: " + expected + ")");
        }
    }

    void print(PrintStream out, int trades, long loadNanos, long pipeNanos) {
        out.println();
        out.printf(
                Locale.ROOT,
                "  %,d trades sent in %.1f s, processed in %.1f s (%,.0f a second, broker and database included)%n",
                trades,
                loadNanos / 1e9,
                pipeNanos / 1e9,
                trades / (pipeNanos / 1e9));
        out.printf(
                Locale.ROOT,
                "  %,d candles, %,d sliding statistics, %,d grid points (%,d filled), %,d outliers%n%n",
                candles.size(),
                statistics.size(),
                grid.size(),
                grid.stream().filter(GridPrice::filled).count(),
                outliers.size());
        out.println("  busiest minutes                 open      high       low     close    volume      VWAP  trades");
        candles.stream()
                .sorted(Comparator.comparingLong(Candle::trades).reversed())
                .limit(3)
                .forEach(c -> out.printf(
                        Locale.ROOT,
                        "  %-24s %10.2f%10.2f%10.2f%10.2f%10.2f%10.2f%8d%n",
                        c.start(),
                        c.open(),
                        c.high(),
                        c.low(),
                        c.close(),
                        c.volume(),
                        c.vwap(),
                        c.trades()));
        out.println();
        out.println("  outliers farthest from the median");
        outliers.stream()
                .sorted(Comparator.comparingDouble(o -> -Math.abs(distance(o))))
                .limit(3)
                .forEach(o ->
                        out.printf(Locale.ROOT, "  %-24s %+6.1f %%  %s%n", o.start(), 100 * distance(o), o.reason()));
        out.println();
    }

    private static double distance(PriceOutlier outlier) {
        return outlier.price() / outlier.expected() - 1;
    }
}
