/**
 * Feeds that this program connects to, as records: server-sent events, where {@link io.datastream.feed.SseSource} is the class to
 * open first, and WebSockets, where it is {@link io.datastream.feed.WebSocketSource}.
 */
@NullMarked
package io.datastream.feed;

import org.jspecify.annotations.NullMarked;
