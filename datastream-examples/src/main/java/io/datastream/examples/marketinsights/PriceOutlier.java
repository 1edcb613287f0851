package io.datastream.examples.marketinsights;

import io.datastream.processors.outlier.Outlier;
import java.time.Instant;

/**
 * A minute whose closing price is out of line with those around it.
 *
 * @param symbol what was traded
 * @param start start of the minute
 * @param price closing price
 * @param expected median of the closing prices before
 * @param lower least price that would have been no outlier
 * @param upper greatest price that would have been no outlier
 * @param score distance from the median, in robust standard deviations
 * @param reason in words
 */
record PriceOutlier(
        String symbol,
        Instant start,
        double price,
        double expected,
        double lower,
        double upper,
        double score,
        String reason) {
    static PriceOutlier of(Outlier<Candle> outlier) {
        Candle candle = outlier.value();
        return new PriceOutlier(
                candle.symbol(),
                candle.start(),
                candle.close(),
                outlier.expected(),
                outlier.lower(),
                outlier.upper(),
                outlier.score(),
                outlier.reason());
    }
}
