/**
 * Durable logs in front of sources that cannot be read again: start with {@link io.datastream.log.FileLog}, or with {@link
 * io.datastream.log.PolledLog} for what is asked now and then.
 */
@NullMarked
package io.datastream.log;

import org.jspecify.annotations.NullMarked;
