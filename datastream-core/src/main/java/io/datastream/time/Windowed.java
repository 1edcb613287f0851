package io.datastream.time;

/**
 * The result of one window of one key.
 *
 * @param key the key
 * @param window the window
 * @param value what the aggregation made of the window's records
 * @param <K> type of the key
 * @param <R> type of the result
 */
public record Windowed<K, R>(K key, Window window, R value) {}
