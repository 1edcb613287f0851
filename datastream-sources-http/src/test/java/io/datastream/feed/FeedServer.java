package io.datastream.feed;

import java.util.List;

/** A service with a journal, for tests that do not ask in which way it sends. */
interface FeedServer extends AutoCloseable {
    String url();

    void publish(List<String> events);

    /** How many events were written. */
    long written();

    /** Ends all connections at once, and takes no more. */
    void stop() throws Exception;

    /** Comes back at the same port. */
    void restart() throws Exception;

    @Override
    default void close() throws Exception {
        stop();
    }
}
