package io.datastream.jdbc.poll;

/**
 * A row that was given.
 *
 * @param order its number, or its time in nanoseconds
 * @param key a {@code Long}, a {@code String} or a {@code UUID}
 */
record RowId(long order, Object key) {}
