package io.datastream.lookup;

/**
 * What a cache has done.
 *
 * @param hits keys that were in the cache, found or missing, or that another task was loading already
 * @param loads keys that were asked for at the loader with success
 * @param failures keys for which the loader failed
 * @param evictions keys that gave way to others, before their time was over
 */
public record LookupStatistics(long hits, long loads, long failures, long evictions) {}
