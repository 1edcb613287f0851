package io.datastream.mqtt;

import io.datastream.log.LogStatus;

/**
 * How a subscription is.
 *
 * @param state what it does
 * @param waitsFor what it waits for, in a sentence: messages, the broker, room in the log
 * @param received messages that came since the start
 * @param kept those of them that are durable in the log
 * @param repeated those that the broker says it had sent before
 * @param unasked messages of topics that are not subscribed to, and were not kept: left from an earlier program with the
 *     same client id
 * @param tooLarge messages above the limit, of which topic and size were kept
 * @param unkept messages that were received with QoS 0 and lost, because the subscription was closed while the log could
 *     not keep them
 * @param connections how often it was connected
 * @param sessionsLost how often the broker had forgotten the session on a new connection; what was published meanwhile did
 *     not arrive
 * @param log the state of the log
 */
public record MqttStatus(
        State state,
        String waitsFor,
        long received,
        long kept,
        long repeated,
        long unasked,
        long tooLarge,
        long unkept,
        long connections,
        long sessionsLost,
        LogStatus log) {

    /** What a subscription does. */
    public enum State {
        /** It has no connection, or the broker has not confirmed the topics yet. */
        CONNECTING,
        /** Messages are taken as they come. */
        SUBSCRIBED,
        /** It is connected, and takes no messages because the log keeps none. */
        HELD_BACK,
        /** It is closed. */
        CLOSED
    }
}
