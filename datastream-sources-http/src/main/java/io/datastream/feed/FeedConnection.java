package io.datastream.feed;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One connection to a server. Read by one thread. */
interface FeedConnection {
    /**
     * Waits for something to come, and adds the events that are there.
     *
     * @throws IOException if the connection has ended; what was added before is worth keeping
     */
    void read(Batch batch) throws IOException;

    /** Called now and then by another thread: looks whether the server is still there. */
    void tick();

    /** The pause before the next connection that the server wishes; null if it does not say. */
    @Nullable
    Duration wishedPause();

    /** Ends it, also while it is read. May be called by any thread, and twice. */
    void close();
}
