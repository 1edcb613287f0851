package io.datastream.log;

import org.jspecify.annotations.Nullable;

/**
 * The state of a log.
 *
 * @param unread records that no reader has asked for yet; -1 where it is not known
 * @param bytes what the log holds on disk; -1 where it is not known
 * @param failure why the last batch could not be kept; null if it could
 */
public record LogStatus(long unread, long bytes, @Nullable String failure) {}
