package io.datastream.jdbc;

import io.datastream.sink.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * A row that waits to be sent.
 *
 * @param values what is bound
 * @param receipt stands for the result it was made of
 */
@SuppressWarnings("ArrayRecordComponent") // bound as it is
record Row(@Nullable Object[] values, Receipt receipt) {}
