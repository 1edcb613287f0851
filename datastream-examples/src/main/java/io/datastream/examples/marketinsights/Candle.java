package io.datastream.examples.marketinsights;

import io.datastream.aggregate.Aggregation;
import io.datastream.aggregate.Aggregations;
import io.datastream.time.Windowed;
import java.time.Instant;

/**
 * What the price did in a window.
 *
 * @param symbol what was traded
 * @param start start of the window
 * @param open price of the first trade
 * @param high highest price
 * @param low lowest price
 * @param close price of the last trade
 * @param volume bitcoins traded
 * @param vwap mean price, weighted by volume
 * @param trades number of trades
 */
record Candle(
        String symbol,
        Instant start,
        double open,
        double high,
        double low,
        double close,
        double volume,
        double vwap,
        long trades) {

    /** The figures of a candle, before it is known whose they are. */
    record Figures(double open, double high, double low, double close, double volume, double vwap, long trades) {}

    static Aggregation<Trade, ?, Figures> figures() {
        return Aggregations.combine(
                Aggregations.first(Trade::price),
                Aggregations.max(Trade::price),
                Aggregations.min(Trade::price),
                Aggregations.last(Trade::price),
                Aggregations.sum(Trade::volume),
                Aggregations.weightedMean(Trade::price, Trade::volume),
                Aggregations.count(),
                Figures::new);
    }

    static Candle of(Windowed<String, Figures> window) {
        Figures f = window.value();
        return new Candle(
                window.key(),
                window.window().start(),
                f.open(),
                f.high(),
                f.low(),
                f.close(),
                f.volume(),
                f.vwap(),
                f.trades());
    }
}
