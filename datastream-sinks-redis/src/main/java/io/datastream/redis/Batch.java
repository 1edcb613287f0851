package io.datastream.redis;

import java.util.List;

/**
 * Results of a key that wait to be written.
 *
 * @param name the key as text
 * @param key the key
 * @param items the results, in the order of writing
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Batch(String name, byte[] key, List<Form.Item> items) {}
