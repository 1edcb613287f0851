package io.datastream.examples.marketinsights;

import java.time.Instant;

/**
 * The price at a full minute.
 *
 * @param symbol what is traded
 * @param time the minute
 * @param price the price, on the line between the trades around
 * @param filled whether there was no trade at that moment
 */
record GridPrice(String symbol, Instant time, double price, boolean filled) {}
