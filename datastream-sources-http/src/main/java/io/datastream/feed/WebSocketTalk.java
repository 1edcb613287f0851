package io.datastream.feed;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said to a server, and what of its messages tells how far it is.
 *
 * @param subscribe said where nothing is to be resumed
 * @param position what a server needs to go on behind a message; null where it cannot be asked to
 * @param resume said to go on behind a position
 */
record WebSocketTalk(
        List<String> subscribe,
        @Nullable Function<WebSocketMessage, @Nullable String> position,
        Function<String, List<String>> resume) {
    static final WebSocketTalk SILENT = new WebSocketTalk(List.of(), null, nothing -> List.of());

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketTalk.class);

    WebSocketTalk subscribing(List<String> messages) {
        return new WebSocketTalk(messages, position, resume);
    }

    WebSocketTalk resuming(
            Function<WebSocketMessage, @Nullable String> newPosition, Function<String, List<String>> messages) {
        return new WebSocketTalk(subscribe, newPosition, messages);
    }

    boolean canResume(String from) {
        return position != null && !from.isEmpty();
    }

    /** What is said first on a connection. */
    List<String> opening(String from) throws RefusedException {
        if (!canResume(from)) {
            return subscribe;
        }
        try {
            return List.copyOf(resume.apply(from));
        } catch (RuntimeException e) { // of the user's code
            throw new RefusedException(
                    "no messages to resume behind " + KeptDecoder.shown(from) + ": " + KeptDecoder.shown(e.toString())
                            + " (expected: those of withResume)",
                    e);
        }
    }

    /** The position behind a message, before which it was another one. */
    String after(WebSocketMessage message, String before) {
        if (position == null) {
            return before;
        }
        try {
            String told = position.apply(message);
            return told == null ? before : told;
        } catch (RuntimeException e) { // of the user's code; the message is kept, and is an error where it is decoded
            LOG.debug("{}: tells no position", message, e);
            return before;
        }
    }
}
