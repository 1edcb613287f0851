package io.datastream.examples.marketinsights;

/**
 * A line of the file of trades.
 *
 * @param timestamp seconds since the epoch
 * @param price US dollars for one bitcoin
 * @param amount bitcoins
 */
record CsvTrade(long timestamp, double price, double amount) {}
