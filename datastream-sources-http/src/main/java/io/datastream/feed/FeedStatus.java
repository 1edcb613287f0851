package io.datastream.feed;

import io.datastream.log.LogStatus;

/**
 * How a subscription is.
 *
 * @param state what it does
 * @param waitsFor what it waits for, in a sentence: events, the server, room in the log
 * @param received events that came since the start
 * @param kept those of them that are durable in the log
 * @param tooLarge events above the limit, of which only the size was kept
 * @param unkept events that were received and not kept, because the subscription was closed while the log could not keep
 *     them; they come again at the next start where the server resumes
 * @param connections how often it was connected
 * @param resumed how many of these connections asked the server to go on behind an event that was kept
 * @param position from where a new connection would go on; empty where there is no such place
 * @param log the state of the log
 */
public record FeedStatus(
        State state,
        String waitsFor,
        long received,
        long kept,
        long tooLarge,
        long unkept,
        long connections,
        long resumed,
        String position,
        LogStatus log) {

    /** What a subscription does. */
    public enum State {
        /** It has no connection. */
        CONNECTING,
        /** Events are taken as they come. */
        RECEIVING,
        /** It is connected, and takes no events because the log keeps none. */
        HELD_BACK,
        /** The server has said that there is nothing more to come, and is not asked again. */
        ENDED,
        /** It is closed. */
        CLOSED
    }
}
