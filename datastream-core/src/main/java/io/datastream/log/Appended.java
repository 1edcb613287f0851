package io.datastream.log;

/**
 * A batch that is durable.
 *
 * @param offset of its first record; -1 where the log does not know it
 * @param count how many records it has
 * @param repeated whether it was kept before, and was recognized by its key
 */
public record Appended(long offset, int count, boolean repeated) {}
