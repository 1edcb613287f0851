/**
 * Durable logs in front of sources that cannot be read again: start with {@link io.datastream.log.FileLog}.
 */
@NullMarked
package io.datastream.log;

import org.jspecify.annotations.NullMarked;
