/**
 * Real trades through a real broker into candles, sliding statistics, a filled grid and outliers with their reasons: start
 * with {@code MarketInsights}.
 */
@NullMarked
package io.datastream.examples.marketinsights;

import org.jspecify.annotations.NullMarked;
