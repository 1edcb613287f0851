package io.datastream.examples.marketinsights;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.formats.json.JsonCodec;
import io.datastream.kafka.KafkaSink;
import io.datastream.kafka.KafkaSource;
import io.datastream.monitor.SeriesTap;
import io.datastream.processors.outlier.HampelOutliers;
import io.datastream.processors.outlier.Outlier;
import io.datastream.processors.resample.Resample;
import io.datastream.sink.Sink;
import io.datastream.source.Source;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import java.time.Duration;

/** The pipeline of the example: what is computed from trades, and where it goes. */
final class InsightsPipeline {
    static final Duration SLIDING_SIZE = Duration.ofMinutes(5);
    static final Duration SLIDING_STEP = Duration.ofSeconds(10);
    static final Duration GRID = Duration.ofMinutes(1);
    static final Duration LONGEST_GAP = Duration.ofMinutes(10);

    /** A closing price is judged by itself and the 60 before it. */
    static final int OUTLIER_HALF_WINDOW = 30;

    static final double OUTLIER_THRESHOLD = 8;

    private InsightsPipeline() {}

    /** The names of the topics that results go to. */
    record Topics(String candles, String statistics, String grid, String outliers) {
        static Topics under(String prefix) {
            return new Topics(prefix + "-candles", prefix + "-statistics", prefix + "-grid", prefix + "-outliers");
        }
    }

    /** What the page of the monitor draws. */
    record Taps(SeriesTap<Candle> closes, SeriesTap<SlidingStatistics> deviations) {
        static Taps create() {
            return new Taps(
                    SeriesTap.of("closing prices", Candle::symbol, Candle::start, Candle::close)
                            .withGapsAfter(LONGEST_GAP)
                            .withPoints(5_000),
                    SeriesTap.of(
                                    "deviation of five minutes",
                                    SlidingStatistics::symbol,
                                    SlidingStatistics::end,
                                    SlidingStatistics::deviation)
                            .withPoints(5_000));
        }
    }

    /** Trades of a topic, which comes in order of time. */
    static Source<Trade> trades(String topic) {
        return KafkaSource.topic(topic, JsonCodec.of(Trade.class)).eventTimeNanos(Trade::timeNanos);
    }

    static Pipeline of(
            Source<Trade> trades,
            Duration candleSize,
            Statistic statistic,
            Topics topics,
            Sink<Candle> candleTable,
            Sink<PriceOutlier> outlierTable,
            Taps taps) {
        KeyedStream<String, Trade> bySymbol = Pipeline.from(trades).keyedBy(Trade::symbol);

        KeyedStream<String, Candle> candles = bySymbol.window(Tumbling.of(candleSize))
                .aggregate(Candle.figures())
                .named("candles")
                .mapValues(Candle::of)
                .mapValues(taps.closes())
                .named("tap-closes");

        KeyedStream<String, SlidingStatistics> statistics = bySymbol.window(
                        Sliding.of(SLIDING_SIZE).every(SLIDING_STEP))
                .aggregate(Aggregations.combine(
                        statistic.of(Trade::price),
                        Aggregations.standardDeviationSample(Trade::price),
                        (value, deviation) -> new double[] {value, deviation}))
                .named("statistics")
                .mapValues(w -> new SlidingStatistics(w.key(), w.window().end(), w.value()[0], w.value()[1]))
                .mapValues(taps.deviations())
                .named("tap-deviations");

        KeyedStream<String, GridPrice> grid = bySymbol.process(
                        Resample.<Trade>every(GRID, Trade::price).linear().withMaxGap(LONGEST_GAP))
                .named("grid")
                .mapValues(
                        (symbol, point) -> new GridPrice(symbol, point.time(), point.value(), point.isInterpolated()));

        KeyedStream<String, PriceOutlier> outliers = candles.process(
                        HampelOutliers.<Candle>trailing(OUTLIER_HALF_WINDOW, Candle::close)
                                .withThreshold(OUTLIER_THRESHOLD))
                .named("outliers")
                .filter(Outlier::isOutlier)
                .mapValues(PriceOutlier::of);

        return candles.to(KafkaSink.<Candle>topic(topics.candles(), JsonCodec.of(Candle.class))
                        .keyedBy(Candle::symbol))
                .and(candles.to(candleTable))
                .and(statistics.to(
                        KafkaSink.<SlidingStatistics>topic(topics.statistics(), JsonCodec.of(SlidingStatistics.class))
                                .keyedBy(SlidingStatistics::symbol)))
                .and(grid.to(KafkaSink.<GridPrice>topic(topics.grid(), JsonCodec.of(GridPrice.class))
                        .keyedBy(GridPrice::symbol)))
                .and(outliers.to(KafkaSink.<PriceOutlier>topic(topics.outliers(), JsonCodec.of(PriceOutlier.class))
                        .keyedBy(PriceOutlier::symbol)))
                .and(outliers.to(outlierTable));
    }
}
