package io.datastream.feed;

import java.io.IOException;

/** How a server is connected to. */
interface FeedProtocol {
    /**
     * Connects.
     *
     * @param position behind which the server is asked to go on; empty for what comes from now on
     */
    FeedConnection connect(String position, Counts counts) throws IOException;

    /** Whether the server can be asked to go on from this position. */
    boolean canResume(String position);
}
