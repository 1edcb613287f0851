package io.datastream.influxdb;

import java.io.Serializable;

/**
 * A part of a result whose columns are found by its class.
 *
 * @param name name of the column, if the class is no record
 * @param type its class
 * @param isTag whether all of its columns are tags
 * @param reader reads it from a result
 */
record Part(String name, Class<?> type, boolean isTag, Reader reader) implements Serializable {}
