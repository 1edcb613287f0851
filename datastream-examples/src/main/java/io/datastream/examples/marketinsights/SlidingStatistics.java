package io.datastream.examples.marketinsights;

import java.time.Instant;

/**
 * How the price moved over the last minutes.
 *
 * @param symbol what was traded
 * @param end end of the window
 * @param mean mean price
 * @param deviation sample standard deviation of the price; NaN for a single trade
 */
record SlidingStatistics(String symbol, Instant end, double mean, double deviation) {}
