package io.datastream.examples.marketinsights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.datastream.formats.json.JsonCodec;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The example's results over the real trades, against what sorting and folding gives. */
class InsightsPipelineTest {
    private static final Path FILE = Path.of("target/market-data/bitstamp_trades_from_20131125_usd.csv");
    private static final InsightsPipeline.Topics TOPICS = InsightsPipeline.Topics.under("test");

    private static final List<Trade> TRADES = new ArrayList<>();
    private static final List<Candle> CANDLES = new ArrayList<>();
    private static final List<PriceOutlier> OUTLIERS = new ArrayList<>();
    private static List<SlidingStatistics> statistics = List.of();
    private static List<GridPrice> grid = List.of();

    @BeforeAll
    static void run() throws Exception {
        TRADES.addAll(TradeFile.read(FILE));
        LocalRuntime runtime = LocalRuntime.create();
        try (PipelineController controller = runtime.start(InsightsPipeline.of(
                ListSource.<Trade>of(TRADES).eventTimeNanos(Trade::timeNanos),
                Duration.ofMinutes(1),
                Statistic.MEAN,
                TOPICS,
                Sinks.collectInto(CANDLES),
                Sinks.collectInto(OUTLIERS),
                InsightsPipeline.Taps.create()))) {
            controller.awaitTermination();
        }
        statistics = runtime.topics().topic(TOPICS.statistics()).values(JsonCodec.of(SlidingStatistics.class));
        grid = runtime.topics().topic(TOPICS.grid()).values(JsonCodec.of(GridPrice.class));
    }

    @Test
    void readsAllTradesOfTheFile() {
        assertThat(TRADES).hasSize(100_000);
        assertThat(TRADES.get(0)).isEqualTo(new Trade("BTC/USD", 1385337600, 800.01, 0.1));
    }

    @Test
    void foldsTheTradesOfEachMinuteIntoACandle() {
        Map<Long, List<Trade>> minutes = new TreeMap<>();
        TRADES.forEach(trade -> minutes.computeIfAbsent(trade.time() / 60, any -> new ArrayList<>())
                .add(trade));
        assertThat(CANDLES).hasSameSizeAs(minutes.keySet());
        int at = 0;
        for (Map.Entry<Long, List<Trade>> minute : minutes.entrySet()) {
            List<Trade> trades = minute.getValue();
            Candle candle = CANDLES.get(at++);
            assertThat(candle.start()).isEqualTo(Instant.ofEpochSecond(minute.getKey() * 60));
            assertThat(candle.open()).isEqualTo(trades.get(0).price());
            assertThat(candle.close()).isEqualTo(trades.get(trades.size() - 1).price());
            assertThat(candle.high())
                    .isEqualTo(trades.stream().mapToDouble(Trade::price).max().orElseThrow());
            assertThat(candle.low())
                    .isEqualTo(trades.stream().mapToDouble(Trade::price).min().orElseThrow());
            assertThat(candle.trades()).isEqualTo(trades.size());
            BigDecimal volume = BigDecimal.ZERO;
            BigDecimal turnover = BigDecimal.ZERO;
            for (Trade trade : trades) {
                volume = volume.add(new BigDecimal(trade.volume()));
                turnover = turnover.add(new BigDecimal(trade.volume()).multiply(new BigDecimal(trade.price())));
            }
            assertRelative(candle.volume(), volume.doubleValue(), candle);
            assertRelative(
                    candle.vwap(),
                    turnover.divide(volume, MathContext.DECIMAL64).doubleValue(),
                    candle);
        }
    }

    @Test
    void givesMeanAndDeviationOfEachSlidingWindow() {
        Map<Long, List<Trade>> windows = new TreeMap<>();
        for (Trade trade : TRADES) {
            for (long end = Math.floorDiv(trade.time(), 10) * 10 + 10; end <= trade.time() + 300; end += 10) {
                windows.computeIfAbsent(end, any -> new ArrayList<>()).add(trade);
            }
        }
        assertThat(statistics).hasSameSizeAs(windows.keySet());
        int at = 0;
        for (Map.Entry<Long, List<Trade>> window : windows.entrySet()) {
            SlidingStatistics found = statistics.get(at++);
            assertThat(found.end()).isEqualTo(Instant.ofEpochSecond(window.getKey()));
            List<Trade> trades = window.getValue();
            BigDecimal sum = BigDecimal.ZERO;
            for (Trade trade : trades) {
                sum = sum.add(new BigDecimal(trade.price()));
            }
            double mean = sum.divide(BigDecimal.valueOf(trades.size()), MathContext.DECIMAL64)
                    .doubleValue();
            assertRelative(found.mean(), mean, found);
            if (trades.size() == 1) {
                assertThat(found.deviation()).isNaN();
                continue;
            }
            double squares = 0;
            for (Trade trade : trades) {
                squares += (trade.price() - mean) * (trade.price() - mean);
            }
            double deviation = Math.sqrt(squares / (trades.size() - 1));
            assertThat(found.deviation()).as("%s", found).isCloseTo(deviation, within(1e-9 * Math.max(1, deviation)));
        }
    }

    @Test
    void putsThePriceOfEachMinuteOnTheLineBetweenTheTradesAround() {
        TreeMap<Long, Double> last = new TreeMap<>();
        TRADES.forEach(trade -> last.put(trade.time(), trade.price()));
        List<GridPrice> expected = new ArrayList<>();
        for (long minute = Math.floorDiv(last.firstKey() + 59, 60) * 60; minute <= last.lastKey(); minute += 60) {
            Map.Entry<Long, Double> before = last.floorEntry(minute);
            Map.Entry<Long, Double> after = last.ceilingEntry(minute);
            if (before.getKey() == minute) {
                expected.add(new GridPrice("BTC/USD", Instant.ofEpochSecond(minute), before.getValue(), false));
            } else if (after.getKey() - before.getKey() <= 600) {
                double share = (double) (minute - before.getKey()) / (after.getKey() - before.getKey());
                double price = before.getValue() + share * (after.getValue() - before.getValue());
                expected.add(new GridPrice("BTC/USD", Instant.ofEpochSecond(minute), price, true));
            }
        }
        assertThat(grid).hasSameSizeAs(expected);
        for (int i = 0; i < grid.size(); i++) {
            assertThat(grid.get(i).symbol()).isEqualTo(expected.get(i).symbol());
            assertThat(grid.get(i).time()).isEqualTo(expected.get(i).time());
            assertThat(grid.get(i).filled()).isEqualTo(expected.get(i).filled());
            assertRelative(grid.get(i).price(), expected.get(i).price(), grid.get(i));
        }
    }

    @Test
    void flagsClosingPricesFarFromTheMedianOfThoseBefore() {
        List<Instant> expected = new ArrayList<>();
        int size = 2 * InsightsPipeline.OUTLIER_HALF_WINDOW + 1;
        for (int i = size - 1; i < CANDLES.size(); i++) {
            List<Double> closes = CANDLES.subList(i + 1 - size, i + 1).stream()
                    .map(Candle::close)
                    .toList();
            double median = median(closes);
            double sigma = 1.4826
                    * median(closes.stream()
                            .map(close -> Math.abs(close - median))
                            .toList());
            if (Math.abs(CANDLES.get(i).close() - median) > InsightsPipeline.OUTLIER_THRESHOLD * sigma) {
                expected.add(CANDLES.get(i).start());
            }
        }
        assertThat(OUTLIERS).extracting(PriceOutlier::start).containsExactlyElementsOf(expected);
        assertThat(OUTLIERS).allSatisfy(outlier -> assertThat(outlier.reason()).contains("the median"));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static void assertRelative(double found, double expected, Object where) {
        assertThat(found).as("%s", where).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
    }
}
